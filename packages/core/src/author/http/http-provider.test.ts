import { describe, expect, test } from 'vitest';

import { unknownCapabilities } from '../../chat/capabilities.js';
import type { ChatEvent } from '../../chat/chat-event.js';
import { collect } from '../../chat/collect.js';
import { call } from '../../provider/call.js';
import { chat, type Provider } from '../../provider/provider.js';
import { user } from '../../message/message.js';
import { systemClock } from '../../platform/platform.js';
import { httpProvider, type AnswerContext } from './http-provider.js';

const hello = { messages: [user('hello')] };

interface Vendor {
  readonly status?: number;
  readonly contentType?: string;
  readonly pieces: Iterable<string | Uint8Array>;
  readonly streaming?: 'yes' | 'no';
}

interface Seen {
  readonly provider: Provider;
  /** Whether a stream was asked for, one entry for each request. */
  readonly asked: boolean[];
  /** How the answer was read. */
  readonly read: string[];
}

function vendor({ status = 200, contentType, pieces, streaming = 'yes' }: Vendor): Seen {
  const asked: boolean[] = [];
  const read: string[] = [];
  const events = (how: string, { requestId, warnings }: AnswerContext): ChatEvent[] => {
    read.push(how);
    return [{ type: 'start', requestId }, ...warnings, { type: 'finish', finishReason: 'stop' }];
  };
  const provider = httpProvider<object>({
    id: 'acme:m',
    capabilities: { ...unknownCapabilities, streaming },
    clock: systemClock(globalThis),
    toVendor: () => ({ asked: {}, warnings: [{ type: 'warning', code: 'ignored_seed', message: 'no seed' }] }),
    async send(_body, { stream }) {
      asked.push(stream);
      const headers = { 'x-request-id': 'r-1', ...(contentType === undefined ? {} : { 'content-type': contentType }) };
      const body = (async function* () {
        for (const piece of pieces) yield typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
      })();
      return { answer: { status, headers, body }, secrets: ['s3cret-key'] };
    },
    async *fromStream(bytes, context) {
      for await (const _piece of bytes);
      yield* events('stream', context);
    },
    fromWhole: (answer, context) => events(`whole ${JSON.stringify(answer)}`, context),
  });
  return { provider, asked, read };
}

const streamed = ({ provider }: Seen) => collect(provider.stream(hello, call()));
const whole = ({ provider }: Seen) => chat(provider, hello);

describe('an answer is read as what it is', () => {
  test.each<[string, string | undefined, 'stream' | 'chat', string]>([
    ['an event stream', 'text/event-stream', 'stream', 'stream'],
    ['an event stream of another charset', 'text/event-stream; charset=utf-8', 'stream', 'stream'],
    ['lines of JSON', 'application/x-ndjson', 'stream', 'stream'],
    ['JSON where a stream was asked for', 'application/json', 'stream', 'whole {}'],
    ['JSON of a special kind where a stream was asked for', 'application/vnd.acme+json', 'stream', 'whole {}'],
    ['no type where a stream was asked for', undefined, 'stream', 'stream'],
    ['JSON', 'application/json', 'chat', 'whole {}'],
    ['no type', undefined, 'chat', 'whole {}'],
    ['a stream where none was asked for', 'text/event-stream', 'chat', 'stream'],
    ['lines where no stream was asked for', 'application/x-ndjson', 'chat', 'stream'],
  ])('%s', async (_, contentType, how, expected) => {
    const seen = vendor({ contentType: contentType ?? '', pieces: ['{}'] });
    const answer = await (how === 'stream' ? streamed(seen) : whole(seen));
    expect(seen.read).toEqual([expected]);
    expect(seen.asked).toEqual([how === 'stream']);
    expect(answer).toMatchObject({ requestId: 'r-1', warnings: [{ code: 'ignored_seed' }] });
  });

  test('where nobody reads along no stream is asked for, and the events are the same', async () => {
    const seen = vendor({ contentType: 'application/json', pieces: ['{}'] });
    const answer = await collect(seen.provider.stream(hello, call({ streaming: false })));
    expect([seen.asked, seen.read, answer.finishReason]).toEqual([[false], ['whole {}'], 'stop']);
  });

  test('a model that cannot stream is never asked to', async () => {
    const seen = vendor({ contentType: 'application/json', pieces: ['{}'], streaming: 'no' });
    await streamed(seen);
    expect(seen.asked).toEqual([false]);
  });

  test('a whole body may be cut inside a character; null is an answer without content', async () => {
    const bytes = new TextEncoder().encode('{"a":"é"}');
    const seen = vendor({ contentType: 'application/json', pieces: [bytes.subarray(0, 7), bytes.subarray(7)] });
    await whole(seen);
    const bare = vendor({ contentType: 'application/json', pieces: ['null'] });
    await whole(bare);
    expect([seen.read, bare.read]).toEqual([['whole {"a":"é"}'], ['whole {}']]);
  });
});

test('a whole body that is not JSON is malformed_response', async () => {
  await expect(whole(vendor({ contentType: 'application/json', pieces: ['<html>'] }))).rejects.toMatchObject({
    code: 'malformed_response',
    message: 'acme:m: the answer is not JSON',
  });
});

test.each(['chat', 'stream'] as const)('an answer without an end is given up: %s', async (how) => {
  const piece = new TextEncoder().encode(': '.padEnd(2 ** 20, 'x'));
  let read = 0;
  const pieces = (function* () {
    for (;;) yield (read++, piece);
  })();
  const seen = vendor({ contentType: how === 'chat' ? 'application/json' : 'text/event-stream', pieces });
  await expect(how === 'chat' ? whole(seen) : streamed(seen)).rejects.toMatchObject({
    code: 'malformed_response',
    message: 'acme:m: the answer is too long',
  });
  expect(read).toBe(65); // of 1 MiB each
});

test('an answer of another status is an error by its status, without the key', async () => {
  const seen = vendor({ status: 429, pieces: ['{"error":{"message":"slow down, s3cret-key"}}'] });
  const failure = await streamed(seen).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'rate_limited', status: 429, requestId: 'r-1' });
  expect(JSON.stringify(failure)).not.toContain('s3cret-key');
});

test('what the model certainly cannot do is refused before it is written or sent', async () => {
  const mustNotRun = (): never => {
    throw new Error('must not run');
  };
  const provider = httpProvider<object>({
    id: 'acme:m',
    capabilities: { ...unknownCapabilities, tools: 'no' },
    clock: systemClock(globalThis),
    toVendor: mustNotRun,
    send: mustNotRun,
    fromStream: mustNotRun,
    fromWhole: mustNotRun,
  });
  const tools = [{ name: 'x', inputSchema: { type: 'object' } }];
  await expect(chat(provider, { ...hello, tools })).rejects.toMatchObject({ code: 'unsupported' });
});

test("the vendor's headers on rate limits are told, and no others", async () => {
  const events: ChatEvent[] = [];
  const headers = { 'x-ratelimit-remaining-requests': '7', 'anthropic-ratelimit-tokens-limit': '9', 'set-cookie': 'x' };
  const provider = httpProvider<object>({
    id: 'acme:m',
    capabilities: unknownCapabilities,
    clock: systemClock(globalThis),
    toVendor: () => ({ asked: {}, warnings: [] }),
    send: async () => ({ answer: { status: 200, headers, body: (async function* () {})() }, secrets: [] }),
    async *fromStream() {
      yield { type: 'start' };
      yield { type: 'finish', finishReason: 'stop' };
    },
    fromWhole: () => [],
  });
  for await (const event of provider.stream(hello, call())) events.push(event);
  expect(events[0]).toEqual({
    type: 'start',
    rateLimits: { 'x-ratelimit-remaining-requests': '7', 'anthropic-ratelimit-tokens-limit': '9' },
  });
});
