import { safeFetch, safeFetcher, type Lookup } from '@tako/safe-fetch';
import { describe, expect, test, vi } from 'vitest';

import { allowed, at, fetchAnswer, head, withPng } from './fetch-answer.js';
import { httpServer, tcpServer } from './loopback-server.js';
import { png } from './picture.js';
import { refusal } from './refusal.js';

describe('time', () => {
  test.each([
    ['an answer that never begins', ''],
    ['headers that never end', 'HTTP/1.1 200 OK\r\nx: '],
    ['a body that never comes', head('content-type: image/png', 'content-length: 16')],
    ['informational answers alone', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('%s', async (_, answer) => {
    expect(await fetchAnswer(answer, { timeoutMs: 60 }, false)).toBe('timeout');
  });

  test('a byte now and then does not put it off', async () => {
    await using server = await tcpServer((socket) => {
      socket.once('data', () => {
        socket.write(head('content-type: image/png'));
        const timer = setInterval(() => socket.write('x'), 5);
        socket.on('close', () => clearInterval(timer));
      });
    });
    expect(await refusal(safeFetch(at(server.port), { ...allowed, timeoutMs: 80 }))).toBe('timeout');
    await server.allClosed();
  });

  test('redirects share it', async () => {
    await using server = await httpServer((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 30);
    });
    const options = { ...allowed, timeoutMs: 100, maxRedirects: 20 };
    expect(await refusal(safeFetch(at(server.port), options))).toBe('timeout');
  });

  test('a resolver that never answers', async () => {
    const lookup: Lookup = () => new Promise(() => undefined);
    expect(await refusal(safeFetch('https://slow.example/', { lookup, timeoutMs: 20 }))).toBe('timeout');
  });

  test('a TLS handshake that never ends has its own limit', async () => {
    await using server = await tcpServer((socket) => socket.resume());
    const url = `https://127.0.0.1:${server.port}/`;
    expect(await refusal(safeFetch(url, { ...allowed, connectTimeoutMs: 30, timeoutMs: 60_000 }))).toBe('timeout');
    await server.allClosed();
  });
});

describe('abort', () => {
  test('before the start: nothing is looked up', async () => {
    const lookup = vi.fn<Lookup>();
    const reason = new Error('stop');
    const fetching = safeFetch('https://a.example/', { lookup, signal: AbortSignal.abort(reason) });
    await expect(fetching).rejects.toBe(reason);
    expect(lookup).not.toHaveBeenCalled();
  });

  test('while the name is looked up; the resolver is told', async () => {
    const controller = new AbortController();
    let told: AbortSignal | undefined;
    const lookup: Lookup = (_host, signal) => {
      told = signal;
      queueMicrotask(() => controller.abort('enough'));
      return new Promise(() => undefined);
    };
    await expect(safeFetch('https://a.example/', { lookup, signal: controller.signal })).rejects.toBe('enough');
    expect(told?.aborted).toBe(true);
  });

  test.each([
    ['while the answer is waited for', ''],
    ['in the middle of the body', head('content-type: image/png', 'content-length: 99') + png.toString('latin1')],
  ])('%s: the connection is closed', async (_, answer) => {
    const controller = new AbortController();
    await using server = await tcpServer((socket) => {
      socket.once('data', () => socket.write(answer, 'latin1', () => setImmediate(() => controller.abort('enough'))));
    });
    const fetching = safeFetch(at(server.port), { ...allowed, signal: controller.signal });
    await expect(fetching).rejects.toBe('enough');
    await server.allClosed();
  });

  test('while a connection is made: it is closed, and not when its own limit passes', async () => {
    const controller = new AbortController();
    await using server = await tcpServer((socket) => {
      socket.resume();
      setImmediate(() => controller.abort('enough'));
    });
    const url = `https://127.0.0.1:${server.port}/`;
    const options = { ...allowed, connectTimeoutMs: 60_000, timeoutMs: 60_000, signal: controller.signal };
    await expect(safeFetch(url, options)).rejects.toBe('enough');
    await server.allClosed();
  });

  test('one fetcher serves many at a time, each with its own signal', async () => {
    const waiting: (() => void)[] = [];
    await using server = await httpServer((_request, response) => {
      waiting.push(() => response.writeHead(200, { 'content-type': 'image/png' }).end(png));
      if (waiting.length < 20) return;
      controller.abort('enough');
      for (const answer of waiting) answer();
    });
    const controller = new AbortController();
    const fetcher = safeFetcher(allowed);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        fetcher(at(server.port), index % 2 === 0 ? {} : { signal: controller.signal }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      outcomes.map((_, index) => (index % 2 === 0 ? 'fulfilled' : 'rejected')),
    );
  });

  test('nothing listens to the signal afterwards', async () => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    await fetchAnswer(withPng(), { signal: controller.signal });
    await fetchAnswer('', { signal: controller.signal });
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});
