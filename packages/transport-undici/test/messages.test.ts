import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import { undiciTransport } from '@tako/transport-undici';
import { describe, expect, test } from 'vitest';

import { httpServer, tcpServer } from './loopback-server.js';
import { failure, request, text } from './sending.js';

describe('a request', () => {
  test.each([
    ['text', 'grün 🐙'],
    ['bytes', new TextEncoder().encode('xbytesx').subarray(1, 6)],
    ['nothing', undefined],
    ['empty text', ''],
    ['a megabyte', 'm'.repeat(1_000_000)],
  ])('carries %s', async (_, body) => {
    await using transport = undiciTransport();
    await using server = await httpServer((incoming, response) => {
      const { method, url, headers } = incoming;
      response.setHeader(
        'x-asked',
        `${method} ${url} ${String(headers['x-mine'])} ${headers['content-length'] ?? 'none'}`,
      );
      incoming.pipe(response);
    });
    const answer = await transport.send(
      request(server.port, {
        method: 'POST',
        url: `http://127.0.0.1:${server.port}/a%20b?c=d#e`,
        headers: { 'x-mine': 'm' },
        body,
      }),
    );
    const expected = typeof body === 'string' ? body : new TextDecoder().decode(body);
    expect(await text(answer)).toBe(expected);
    expect(answer.status).toBe(200);
    expect(answer.headers['x-asked']).toBe(`POST /a%20b?c=d m ${Buffer.byteLength(expected)}`);
  });

  test.each(['GET', 'DELETE'] as const)('may be %s', async (method) => {
    await using transport = undiciTransport();
    await using server = await httpServer((incoming, response) => response.end(incoming.method));
    expect(await text(await transport.send(request(server.port, { method })))).toBe(method);
  });

  test('asks for no compression, says who it is, and lets both be overridden', async () => {
    await using transport = undiciTransport();
    await using server = await httpServer(({ headers }, response) => response.end(JSON.stringify(headers)));
    const host = `127.0.0.1:${server.port}`;
    expect(JSON.parse(await text(await transport.send(request(server.port))))).toEqual({
      host,
      connection: 'keep-alive',
      'accept-encoding': 'identity',
      'user-agent': 'tako',
    });
    const headers = { 'accept-encoding': 'gzip', 'user-agent': 'mine' };
    expect(JSON.parse(await text(await transport.send(request(server.port, { headers }))))).toMatchObject(headers);
  });

  test.each([
    ['a line break in a header', { headers: { authorization: 'Bearer a\r\nx-injected: 1' } }],
    ['a character that is no byte', { headers: { authorization: 'Bearer ключ' } }],
    ['a header name with a space', { headers: { 'x mine': '1' } }],
    ['a header of the connection', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a user name in the URL', { url: 'http://user@127.0.0.1/' }],
    ['a password in the URL', { url: 'http://:secret@127.0.0.1/' }],
    ['another scheme', { url: 'ftp://127.0.0.1/' }],
    ['half a URL', { url: '/v1/chat' }],
  ])('with %s is refused before anything is sent', async (_, rest) => {
    await using transport = undiciTransport();
    await using server = await httpServer((_incoming, response) => response.end());
    const error = await failure(transport.send(request(server.port, rest)));
    expect(error).toMatchObject({ code: 'invalid', retryable: false });
    expect(String(error)).not.toMatch(/Bearer|secret/);
    expect(server.connections).toBe(0);
  });
});

describe('an answer', () => {
  test('has headers that came twice in one value, and no informational answer before it', async () => {
    await using transport = undiciTransport();
    await using server = await httpServer((_incoming, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.writeHead(404, { 'Set-Cookie': ['a=1', 'b=2'], 'X-Upper': 'Kept' }).end('gone');
    });
    const answer = await transport.send(request(server.port));
    expect(answer).toMatchObject({ status: 404, headers: { 'set-cookie': 'a=1, b=2', 'x-upper': 'Kept' } });
    expect(await text(answer)).toBe('gone');
  });

  test.each([301, 302, 303, 307, 308])('that redirects (%d) is handed out as it is', async (status) => {
    await using transport = undiciTransport();
    await using server = await httpServer((_incoming, response) => response.writeHead(status, { location: '/' }).end());
    const answer = await transport.send(request(server.port));
    expect(answer).toMatchObject({ status, headers: { location: '/' } });
    expect(await text(answer)).toBe('');
    expect(server.connections).toBe(1);
  });

  test('comes piece by piece, as it is sent', async () => {
    await using transport = undiciTransport();
    let sending: ServerResponse | undefined;
    await using server = await httpServer((_incoming, response) => {
      sending = response;
      response.flushHeaders();
    });
    const { body } = await transport.send(request(server.port));
    const reader = body[Symbol.asyncIterator]();
    for (const piece of ['one', 'two', 'three']) {
      const next = reader.next();
      sending?.write(piece);
      expect(Buffer.from((await next).value ?? []).toString()).toBe(piece);
    }
    sending?.end();
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test('waits in the server while nobody reads it, and then arrives whole', async () => {
    await using transport = undiciTransport();
    const content = randomBytes(50_000_000);
    let writtenBytes = 0;
    let isStuck: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => (isStuck = resolve));
    const writeAll = async (response: ServerResponse): Promise<void> => {
      for (let at = 0; at < content.length; at += 100_000) {
        writtenBytes = at;
        if (response.write(content.subarray(at, at + 100_000))) continue;
        const timer = setTimeout(isStuck, 200);
        await once(response, 'drain');
        clearTimeout(timer);
      }
      response.end();
    };
    await using server = await httpServer((_incoming, response) => void writeAll(response));
    const { body } = await transport.send(request(server.port));
    await stuck;
    expect(writtenBytes).toBeLessThan(20_000_000);
    const hash = createHash('sha256');
    for await (const piece of body) hash.update(piece);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
  });

  test('that breaks off hands out what has come, and then throws', async () => {
    await using transport = undiciTransport();
    await using server = await tcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'));
    });
    const { body } = await transport.send(request(server.port));
    const reader = body[Symbol.asyncIterator]();
    expect(Buffer.from((await reader.next()).value ?? []).toString()).toBe('half');
    await expect(reader.next()).rejects.toMatchObject({ code: expect.stringMatching(/^UND_ERR_/) });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });
});
