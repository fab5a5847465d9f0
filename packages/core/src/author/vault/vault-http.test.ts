import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { FakeClock } from '../../../test/fake-clock.js';
import type { HttpResponse, HttpTransport } from '../../platform/http-transport.js';
import { withDeadline } from './deadline.js';
import { vaultSend, vaultStatusError } from './vault-http.js';

async function* pieces(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
}

const answers = (body: AsyncIterable<Uint8Array>): HttpTransport => ({
  send: async (): Promise<HttpResponse> => ({ status: 200, headers: {}, body }),
});
const request = {
  method: 'GET',
  url: 'https://x.example',
  headers: {},
  signal: new AbortController().signal,
  what: 'key-7',
} as const;
const ask = (transport: HttpTransport) => vaultSend(transport, 'acme')(request);

describe('vaultSend', () => {
  test('reads JSON and text, cut anywhere', async () => {
    const [head, tail] = ['{"a":"\u2603"}'].flatMap((text) => {
      const bytes = new TextEncoder().encode(text);
      return [bytes.slice(0, 7), bytes.slice(7)];
    });
    const answer = await ask(answers(pieces(head ?? '', tail ?? '')));
    expect(answer).toMatchObject({ status: 200, json: { a: '\u2603' }, text: '{"a":"\u2603"}' });
  });

  test.each<[string, readonly (string | Uint8Array)[]]>([
    ['nothing', []],
    ['a page', ['<html>']],
    ['half of JSON', ['{"a":']],
    ['bytes that are no text', [new Uint8Array([0x22, 0xff, 0x22])]],
  ])('%s has no JSON', async (_, chunks) => {
    expect((await ask(answers(pieces(...chunks)))).json).toBeUndefined();
  });

  test('takes one MiB, and no byte more: the rest is not read', async () => {
    const mebibyte = ' '.repeat(1_048_575);
    expect((await ask(answers(pieces(mebibyte, '1')))).json).toBe(1);
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 65_536;
        yield new Uint8Array(65_536);
      }
    }
    await expect(ask(answers(endless()))).rejects.toMatchObject({
      code: 'malformed_response',
      message: 'acme: key-7: the answer is longer than 1 MiB',
    });
    expect(read).toBeLessThan(1_300_000);
  });

  test('a connection that breaks is transport, and names what was asked for', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('{"a":"s3cret');
      throw Object.assign(new Error('x'), { code: 'ECONNRESET' });
    }
    const error: unknown = await ask(answers(breaking())).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'transport', message: 'acme: key-7: the connection failed (ECONNRESET)' });
    expect(inspect(error)).not.toContain('s3cret');
  });

  test('a fetch follows no redirect', async () => {
    const seen: unknown[] = [];
    const send = vaultSend(async (_, init) => {
      seen.push(init.redirect);
      return new Response(null, { status: 302, headers: { location: 'https://evil.example' } });
    }, 'acme');
    expect((await send(request)).status).toBe(302);
    expect(seen).toEqual(['manual']);
  });
});

test('vaultStatusError holds the status, the wait, and nothing of the body', () => {
  const answer = { status: 429, headers: { 'retry-after': '7' }, json: { errors: ['s3cret'] }, text: 's3cret' };
  const error = vaultStatusError(answer, 'acme', 'key-7', 0);
  expect(error).toMatchObject({
    code: 'rate_limited',
    retryAfterMs: 7_000,
    message: 'acme: key-7: the answer was 429',
  });
  expect(inspect(error)).not.toContain('s3cret');
});

describe('withDeadline', () => {
  test('the end of the time is timeout, names what was asked for, and aborts the work', async () => {
    const clock = new FakeClock();
    let given: AbortSignal | undefined;
    const waiting = withDeadline({ source: 'acme', what: 'key-7', timeoutMs: 100, clock }, (signal) => {
      given = signal;
      return new Promise(() => undefined);
    });
    const expected = { code: 'timeout', message: 'acme: key-7: no answer within 100 ms' };
    clock.advance(100);
    await expect(waiting).rejects.toMatchObject(expected);
    expect(given?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('an end in time leaves no timer; what the work throws is thrown', async () => {
    const clock = new FakeClock();
    expect(await withDeadline({ source: 'acme', timeoutMs: 100, clock }, async () => 7)).toBe(7);
    const failing = withDeadline({ source: 'acme', timeoutMs: 100, clock }, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(clock.pending).toBe(0);
  });
});
