import type { ServerResponse } from 'node:http';

import { undiciTransport } from '@tako/transport-undici';
import { describe, expect, test } from 'vitest';

import { httpServer, tcpServer } from './loopback-server.js';
import { failure, request, text } from './sending.js';

describe('connections', () => {
  test('one serves call after call', async () => {
    await using transport = undiciTransport();
    await using server = await httpServer((incoming, response) => incoming.pipe(response));
    for (let at = 0; at < 50; at++) {
      const answer = await transport.send(request(server.port, { method: 'POST', body: `${at}` }));
      expect(await text(answer)).toBe(`${at}`);
    }
    expect(server.connections).toBe(1);
  });

  test('there are at most as many as allowed; further requests wait', async () => {
    await using transport = undiciTransport({ connections: 3 });
    let waiting: (() => void)[] = [];
    await using server = await httpServer((incoming, response) => {
      waiting.push(() => incoming.pipe(response));
      if (waiting.length < 3) return;
      for (const answer of waiting) answer();
      waiting = [];
    });
    const bodies = Array.from({ length: 99 }, (_, at) => `body ${at}`);
    const answers = bodies.map(async (body) =>
      text(await transport.send(request(server.port, { method: 'POST', body }))),
    );
    expect(await Promise.all(answers)).toEqual(bodies);
    expect(server.connections).toBe(3);
  });

  test('an idle one is closed after keepAliveMs, even if the server would keep it', async () => {
    await using transport = undiciTransport({ keepAliveMs: 50 });
    await using server = await httpServer((_incoming, response) => {
      response.setHeader('keep-alive', 'timeout=600').end('x');
    });
    await text(await transport.send(request(server.port)));
    await server.allClosed();
    await text(await transport.send(request(server.port)));
    expect(server.connections).toBe(2);
  });

  test('those of the origin that was used least recently are given up when there are too many', async () => {
    await using transport = undiciTransport({ maxOrigins: 2 });
    const servers = await Promise.all([1, 2, 3].map(() => httpServer((_incoming, response) => response.end('x'))));
    try {
      const [first, second, third] = servers;
      for (const server of [first, second, first, third]) {
        await text(await transport.send(request(server?.port ?? 0)));
      }
      await second?.allClosed();
      expect(servers.map(({ openConnections }) => openConnections)).toEqual([1, 0, 1]);
    } finally {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    }
  });

  test('a request under way outlives its origin being given up', async () => {
    await using transport = undiciTransport({ maxOrigins: 1 });
    let sending: ServerResponse | undefined;
    await using slow = await httpServer((_incoming, response) => {
      sending = response;
      response.write('be');
    });
    await using other = await httpServer((_incoming, response) => response.end('x'));
    const answer = await transport.send(request(slow.port));
    await text(await transport.send(request(other.port)));
    sending?.end('gun');
    expect(await text(answer)).toBe('begun');
    await slow.allClosed();
  });
});

describe('failures keep their codes', () => {
  test.each([
    ['closed without an answer', '', /^(UND_ERR_SOCKET|ECONNRESET)$/],
    [
      'headers that are too large',
      `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`,
      /^UND_ERR_HEADERS_OVERFLOW$/,
    ],
  ])('%s', async (_, answer, code) => {
    await using transport = undiciTransport();
    await using server = await tcpServer((socket) => socket.once('data', () => socket.end(answer)));
    expect(await failure(transport.send(request(server.port)))).toMatchObject({ code: expect.stringMatching(code) });
    expect(server.connections).toBe(1);
  });

  test('another protocol', async () => {
    await using transport = undiciTransport();
    await using server = await tcpServer((socket) => socket.once('data', () => socket.end('220 ready\r\n')));
    expect(await failure(transport.send(request(server.port)))).toMatchObject({ name: 'HTTPParserError' });
  });

  test('nobody listens', async () => {
    await using transport = undiciTransport();
    const server = await tcpServer(() => undefined);
    await server[Symbol.asyncDispose]();
    expect(await failure(transport.send(request(server.port)))).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('no handshake within connectTimeoutMs', async () => {
    await using transport = undiciTransport({ connectTimeoutMs: 40 });
    await using server = await tcpServer((socket) => socket.resume());
    const url = `https://127.0.0.1:${server.port}/`;
    expect(await failure(transport.send(request(0, { url })))).toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
    await server.allClosed();
  });

  test('no headers within headersTimeoutMs', async () => {
    await using transport = undiciTransport({ headersTimeoutMs: 40 });
    await using server = await tcpServer((socket) => socket.resume());
    expect(await failure(transport.send(request(server.port)))).toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
    await server.allClosed();
  });

  test('no further piece within bodyIdleMs', async () => {
    await using transport = undiciTransport({ bodyIdleMs: 40 });
    await using server = await httpServer((_incoming, response) => void response.write('x'));
    const answer = await transport.send(request(server.port));
    expect(await failure(text(answer))).toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
    await server.allClosed();
  });
});
