import { connect, type Socket } from 'node:net';

import type { Call } from '@tako/core';
import { Budget } from '@tako/budget';
import { SingleAgent } from '@tako/orchestrators';
import { callTool, chunks, pause, say, scriptedProvider, usage } from '@tako/testing';
import { onTestFinished, expect, test, vi } from 'vitest';

import { adaToken, framesOf, serving } from './serving.js';

const asked = { model: 'tako', messages: [{ role: 'user', content: 'Hello' }] };

/** A socket that has sent a request, and reads nothing until it is told to. */
async function sent(url: string, body: object): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const text = JSON.stringify(body);
  socket.pause();
  socket.on('error', () => undefined); // it is cut off
  await new Promise<void>((resolve) =>
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${adaToken}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      () => {
        resolve();
      },
    ),
  );
  return socket;
}

/** A provider that says one thing and then waits for ever, and what became of its calls. */
function endless(first: 'a word' | 'nothing') {
  const calls: { readonly call: Call; abortedAt?: number }[] = [];
  const provider = scriptedProvider(
    (_, call) => {
      const entry: { readonly call: Call; abortedAt?: number } = { call };
      call.signal.addEventListener('abort', () => (entry.abortedAt = performance.now()));
      calls.push(entry);
      return [...(first === 'a word' ? [say('Hi')] : []), usage({ inputTokens: 9, outputTokens: 3 }), pause(Infinity)];
    },
    { price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 } },
  );
  return { provider, calls };
}

test.each([
  ['before the first word', 'nothing', true],
  ['in mid-stream', 'a word', true],
  ['of an answer that is not streamed', 'a word', false],
] as const)(
  'a client that leaves %s stops the run within 100 ms, and what was used is booked',
  async (_, first, stream) => {
    const { provider, calls } = endless(first);
    const budget = new Budget({ maxUsdPerDay: 10 });
    const agent = new SingleAgent({ provider: budget.layer(provider) });
    const { url, log } = await serving({ tako: agent });
    const socket = await sent(url, { ...asked, stream });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    if (first === 'a word' && stream) await new Promise((resolve) => socket.once('data', resolve).resume());

    const leftAt = performance.now();
    socket.destroy();
    await vi.waitFor(() => expect(log).toHaveLength(1), { interval: 5 });
    expect((calls[0]?.abortedAt ?? Infinity) - leftAt).toBeLessThan(100);
    expect(log[0]).toMatchObject({ status: 499, inputTokens: 9, outputTokens: 3 });
    expect(await budget.usage({ tenantId: 'acme' })).toMatchObject({ spentTokens: 12, reservedTokens: 0 });
  },
);

test('a slow reader gets everything, in order', async () => {
  const provider = scriptedProvider(() => [chunks('0123456789'.repeat(3_000), 3_000)]);
  const { url } = await serving({ tako: provider });
  const socket = await sent(url, { ...asked, stream: true });
  let text = '';
  while (!text.includes('[DONE]')) {
    await new Promise((resolve) => socket.once('data', resolve).resume()).then((data) => (text += String(data)));
    socket.pause();
  }
  expect(text.match(/"content":"0123456789"/g)).toHaveLength(3_000);
});

test('what comes in a burst is written at once', async () => {
  const { url } = await serving({ tako: scriptedProvider(() => [chunks('x'.repeat(50), 50)]) });
  const socket = await sent(url, { ...asked, stream: true });
  let reads = 0;
  let text = '';
  await new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      reads++;
      text += data.toString();
      if (text.includes('[DONE]')) resolve();
    });
    socket.resume();
  });
  expect(reads).toBeLessThan(6);
});

test('text that is cut inside of a character stays valid', async () => {
  const { ask } = await serving({ tako: scriptedProvider(() => [say('a\ud83d'), say('\ude00b'), say('\udc00')]) });
  const frames = await framesOf(await ask('/v1/chat/completions', { ...asked, stream: true }));
  const text = frames
    .slice(0, -1)
    .map((frame) => (JSON.parse(frame.slice(6)) as Chunk).choices[0]?.delta.content ?? '');
  expect(text.join('')).toBe('a\ud83d\ude00b\udc00');
});

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

test('arguments of tool calls stream with right indexes', async () => {
  const { ask } = await serving({
    tako: scriptedProvider(() => [callTool('a', { x: 1 }, 'c1'), callTool('b', {}, 'c2')]),
  });
  const text = await (await ask('/v1/chat/completions', { ...asked, stream: true })).text();
  const deltas = Array.from(text.matchAll(/"tool_calls":\[\{"index":(\d),(?:"id":"(\w+)")?/g), ([, index, id]) => [
    index,
    id,
  ]);
  expect(deltas).toEqual([
    ['0', 'c1'],
    ['0', undefined],
    ['1', 'c2'],
    ['1', undefined],
  ]);
});
