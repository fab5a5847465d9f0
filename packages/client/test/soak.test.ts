import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Budget } from '@tako/budget';
import { Client } from '@tako/client';
import { isTakoError, tool, type Orchestrator } from '@tako/core';
import { openai } from '@tako/provider-openai/fetch';
import { seededRandom, trackedSignal } from '@tako/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const runs = 10_000;
const atOnce = 16;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag makes

function frames(...choices: object[]): string {
  const data = choices.map((choice) => `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, ...choice }] })}\n\n`);
  return `${data.join('')}data: {"id":"c","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5}}\n\ndata: [DONE]\n\n`;
}

const callsTool = frames(
  {
    delta: {
      content: 'I look it up.',
      tool_calls: [{ index: 0, id: 'call_1', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
    },
  },
  { delta: {}, finish_reason: 'tool_calls' },
);
const answers = frames(
  { delta: { content: 'It ' } },
  { delta: { content: 'rains.' } },
  { delta: {}, finish_reason: 'stop' },
);

/** A vendor that calls a tool, answers, refuses, or breaks off in the middle, as the question wants it. */
function answer(body: string, response: ServerResponse): void {
  if (body.includes('refuse')) {
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (body.includes('"role":"tool"')) response.end(answers);
  else if (body.includes('break')) response.write(answers.slice(0, 60), () => response.destroy());
  else response.end(callsTool);
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece: Buffer) => (body += piece.toString()));
  request.on('end', () => answer(body, response));
});
let baseUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`; // a TCP server that listens has one
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Ends {
  answered: number;
  aborted: number;
  failed: number;
}

/** One run: it answers, is aborted at some event, or fails. What it came to is added to `ends`. */
async function oneRun(agent: Orchestrator, at: number, random: () => number, ends: Ends): Promise<void> {
  const kind = at % 3;
  const tracked = trackedSignal();
  const asked = kind === 2 ? (at % 2 === 0 ? 'refuse' : 'break off') : 'How is the weather?';
  let eventsLeft = kind === 1 ? 1 + Math.floor(random() * 12) : Infinity;
  try {
    for await (const event of agent.stream(asked, { signal: tracked.signal })) {
      if (--eventsLeft === 0) tracked.abort('enough');
      if (event.type === 'finish' && event.result.text === 'It rains.') ends.answered++;
    }
  } catch (error) {
    if (isTakoError(error, 'cancelled')) ends.aborted++;
    else if (isTakoError(error, 'invalid', 'transport', 'malformed_response')) ends.failed++;
    else throw error;
    if (error.partial?.usage === undefined) throw new Error('an error without its usage', { cause: error });
  }
  if (tracked.listeners !== 0) throw new Error(`run ${at} left a listener`);
}

/** How fast y grows with x, by least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const rise = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return rise / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** What is alive now: bytes of heap, and handles by kind. */
async function alive(): Promise<{ heapBytes: number; timers: number; sockets: number }> {
  for (let times = 0; times < 3; times++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  const handles = process.getActiveResourcesInfo();
  return {
    heapBytes: process.memoryUsage().heapUsed,
    timers: handles.filter((name) => name === 'Timeout').length,
    sockets: handles.filter((name) => name.includes('TCP')).length,
  };
}

test('10 000 runs, a third aborted and a third failing: the heap is flat, and nothing stays open', async () => {
  const budget = new Budget({ maxUsdPerDay: 1_000_000 });
  const weather = tool({
    name: 'weather',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
    execute: () => Promise.resolve('rain'),
  });
  const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
  const client = new Client({
    providers: [openai({ model: 'm', apiKey: 'k', baseUrl, price })],
    budget,
    reliability: {
      retry: { attempts: 2, baseDelayMs: 1 },
      circuitBreaker: { failures: runs },
      rateLimit: { requestsPerMinute: 1e9, concurrency: atOnce },
    },
  });
  const agent = client.singleAgent({ provider: 'openai:m', tools: [weather] });
  const random = seededRandom(7);
  const ends: Ends = { answered: 0, aborted: 0, failed: 0 };
  let at = 0;
  const runUntil = async (limit: number): Promise<void> => {
    const lane = async (): Promise<void> => {
      while (at < limit) await oneRun(agent, at++, random, ends);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  };

  await runUntil(2_000); // what is compiled, pooled and cached is there by then
  const before = await alive();
  const heap: [run: number, bytes: number][] = [];
  for (let until = 2_000; until <= runs; until += 1_000) {
    await runUntil(until);
    heap.push([until, (await alive()).heapBytes]);
  }
  const after = await alive();

  expect(ends.answered + ends.aborted + ends.failed).toBe(runs);
  expect(Math.min(ends.answered, ends.aborted, ends.failed)).toBeGreaterThan(runs / 4);
  expect(slope(heap), 'bytes that each run leaves').toBeLessThan(100);
  expect(after.timers).toBeLessThanOrEqual(before.timers + 1);
  expect(after.sockets).toBeLessThanOrEqual(2 * atOnce + 2); // both ends of pooled connections, and the server
  expect((await budget.usage()).reservedTokens).toBe(0);
}, 300_000);
