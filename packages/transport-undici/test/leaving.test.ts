import { undiciTransport } from '@tako/transport-undici';
import { describe, expect, test, vi } from 'vitest';

import { httpServer, tcpServer } from './loopback-server.js';
import { failure, request, text } from './sending.js';

describe('abort', () => {
  test('before: nothing is sent', async () => {
    await using transport = undiciTransport();
    await using server = await httpServer((_incoming, response) => response.end());
    const signal = AbortSignal.abort('enough');
    await expect(transport.send(request(server.port, { signal }))).rejects.toBe('enough');
    expect(server.connections).toBe(0);
  });

  test('while it waits for a connection: it is never sent', async () => {
    await using transport = undiciTransport({ connections: 1 });
    let release: () => void = () => undefined;
    const urls: (string | undefined)[] = [];
    await using server = await httpServer((incoming, response) => {
      urls.push(incoming.url);
      release = () => response.end('x');
      if (urls.length > 1) release();
      else response.flushHeaders();
    });
    const first = await transport.send(request(server.port));
    const controller = new AbortController();
    const url = `http://127.0.0.1:${server.port}/aborted`;
    const waiting = transport.send(request(server.port, { url, signal: controller.signal }));
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    release();
    expect(await text(first)).toBe('x');
    expect(await text(await transport.send(request(server.port)))).toBe('x');
    expect(urls).toEqual(['/', '/']);
  });

  test('while the answer is waited for: the connection is closed', async () => {
    await using transport = undiciTransport();
    const controller = new AbortController();
    const reason = new Error('enough');
    await using server = await httpServer(() => controller.abort(reason));
    await expect(transport.send(request(server.port, { signal: controller.signal }))).rejects.toBe(reason);
    await server.allClosed();
  });

  test('in the middle of the body: the reader is told at once, and gets nothing of what waited', async () => {
    await using transport = undiciTransport();
    const controller = new AbortController();
    await using server = await httpServer((_incoming, response) => void response.write('one'));
    const { body } = await transport.send(request(server.port, { signal: controller.signal }));
    const reader = body[Symbol.asyncIterator]();
    await reader.next();
    const next = reader.next();
    controller.abort('enough');
    await expect(next).rejects.toBe('enough');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    await server.allClosed();
  });

  test('with a body that nobody began to read: the connection is closed', async () => {
    await using transport = undiciTransport();
    const controller = new AbortController();
    await using server = await httpServer((_incoming, response) => void response.write('one'));
    const { body } = await transport.send(request(server.port, { signal: controller.signal }));
    controller.abort('enough');
    await server.allClosed();
    await expect(body[Symbol.asyncIterator]().next()).rejects.toBe('enough');
  });

  test('after the end: nothing happens, and the connection is used again', async () => {
    await using transport = undiciTransport();
    const controller = new AbortController();
    const { signal } = controller;
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await using server = await httpServer((_incoming, response) => response.end('x'));
    await text(await transport.send(request(server.port, { signal })));
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    controller.abort('late');
    await text(await transport.send(request(server.port)));
    expect(server.connections).toBe(1);
  });

  test('a failed request leaves no listener either', async () => {
    await using transport = undiciTransport({ proxy: 'http://127.0.0.1:9' });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const headers = { 'proxy-authorization': 'Basic x' };
    await expect(transport.send(request(9, { signal, headers }))).rejects.toMatchObject({ code: 'invalid' });
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });
});

test('leaving the loop early closes the connection', async () => {
  await using transport = undiciTransport();
  await using server = await httpServer((_incoming, response) => void response.write('x'.repeat(100_000)));
  const { body } = await transport.send(request(server.port));
  for await (const piece of body) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  await server.allClosed();
});

describe('close', () => {
  test('breaks off what is under way, and refuses what comes later', async () => {
    const transport = undiciTransport();
    await using server = await httpServer((incoming, response) => {
      if (incoming.url === '/body') response.write('x');
    });
    const url = `http://127.0.0.1:${server.port}/body`;
    const { body } = await transport.send(request(server.port, { url }));
    const reading = (async () => {
      for await (const _piece of body);
    })();
    const waiting = transport.send(request(server.port));
    const failures = Promise.all([failure(reading), failure(waiting)]);
    await transport.close();
    await transport.close();
    expect(await failures).toEqual([
      expect.objectContaining({ code: expect.stringMatching(/^UND_ERR/) }),
      expect.objectContaining({ code: expect.stringMatching(/^UND_ERR/) }),
    ]);
    await server.allClosed();
    await expect(transport.send(request(server.port))).rejects.toMatchObject({ code: 'invalid' });
  });

  test('also closes a connection that is being made', async () => {
    const transport = undiciTransport({ connectTimeoutMs: 60_000 });
    let connected: () => void = () => undefined;
    const connecting = new Promise<void>((resolve) => (connected = resolve));
    await using server = await tcpServer((socket) => {
      socket.resume();
      connected();
    });
    const failed = failure(transport.send(request(0, { url: `https://127.0.0.1:${server.port}/` })));
    await connecting;
    await transport.close();
    expect(await failed).toMatchObject({ code: expect.stringMatching(/^UND_ERR/) });
    await server.allClosed();
  });

  test('one that was never used is closed', async () => {
    await expect(undiciTransport().close()).resolves.toBeUndefined();
  });
});
