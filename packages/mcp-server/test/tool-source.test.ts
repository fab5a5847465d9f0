import { McpHttp } from '@tako/mcp-http';
import { toolOutput, type Tool, type ToolSource } from '@tako/core';
import { toolSourceConformance } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { serveMcp } from '../src/index.js';

vi.setConfig({ testTimeout: 60_000 });

const tinyImage = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const cyclicSchema = {
  type: 'object',
  properties: { next: { $ref: '#/$defs/entry' } },
  $defs: { entry: { type: 'object', properties: { next: { $ref: '#/$defs/entry' } } } },
} as const;

type Given = { readonly [name: string]: unknown };

/** The tools of the suite's own server, served by ours. */
function suiteTools(): ToolSource {
  const instance = crypto.randomUUID();
  const gathered: (() => void)[] = [];
  let cancelled = 0;
  const made = (name: string, execute: (given: Given, signal: AbortSignal) => unknown): Tool => ({
    name,
    description: `The tool ${name.slice(0, 20)}`,
    inputSchema: { type: 'object', properties: {} },
    execute: (input: Given, { call }) => execute(input, call.signal),
  });
  const tools = [
    made('echo', ({ text }) => (typeof text === 'string' ? text : '')),
    made('instance', () => instance),
    made('image', () => toolOutput([{ type: 'image', mimeType: 'image/png', data: tinyImage }])),
    made('fail', () => toolOutput([{ type: 'text', text: 'it went wrong' }], { isError: true })),
    made('large', ({ characters }) => 'x'.repeat(Number(characters))),
    made('hang', async (_given, signal) => {
      signal.addEventListener('abort', () => cancelled++, { once: true });
      await new Promise(() => undefined);
    }),
    made('cancelled', () => String(cancelled)),
    made('gather', async ({ of, mark }) => {
      await new Promise<void>((resolve) => {
        gathered.push(resolve);
        if (gathered.length >= Number(of)) for (const release of gathered.splice(0).toReversed()) release();
      });
      return String(mark);
    }),
    made(
      'late',
      (_given, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('too late'))),
    ),
    { ...made('cyclic', () => 'round'), inputSchema: cyclicSchema },
    // Listed by the suite; what they do is left out below.
    ...['babble', 'grow', 'crash', 'refuse'].map((name) => made(name, () => name)),
    made('an odd.name/for "a" tool', () => 'odd'),
    made(`long_${'x'.repeat(200)}`, () => 'long'),
  ];
  return { name: 'suite', tools: () => Promise.resolve(tools) };
}

async function start() {
  const served = serveMcp(suiteTools(), { name: 'suite', graceMs: 10 });
  const { url } = await served.http({ auth: 'none' }).listen();
  const source = new McpHttp({ url, name: 'suite' });
  return { source, close: () => source.close(), stop: () => served.close() };
}

// The suite's server can also be killed, refuse calls as the protocol does, change its list, and answer what nobody asked: ours
// does not by itself.
// Of what is too large it keeps the beginning, and says so: neither whole nor an error.
const apart = /^death:|the server adds|the server refuses|nobody asked|100 MiB/;

test.each(toolSourceConformance({ name: 'mcp-server', start }).filter(({ name }) => !apart.test(name)))(
  '$name',
  async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  },
);
