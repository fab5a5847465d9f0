import { gzipSync } from 'node:zlib';

import { safeFetch } from '@tako/safe-fetch';
import { describe, expect, test } from 'vitest';

import { allowed, at, fetchAnswer, head, withPng } from './fetch-answer.js';
import { httpServer, tcpServer } from './loopback-server.js';
import { gif, jpeg, png, webp } from './picture.js';
import { refusal } from './refusal.js';

describe('what may come', () => {
  test.each([
    ['image/png', png],
    ['image/jpeg', jpeg],
    ['image/gif', gif],
    ['image/webp', webp],
  ])('%s, by its header and by its first bytes', async (contentType, picture) => {
    await using server = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-type': `${contentType.toUpperCase()}; charset=x` }).end(picture);
    });
    const url = at(server.port, '/a%20b?c=d');
    const fetched = await safeFetch(`${url}#fragment`, allowed);
    expect(fetched).toEqual({ url, contentType, bytes: new Uint8Array(picture) });
    expect(Buffer.isBuffer(fetched.bytes)).toBe(false);
  });

  test.each([
    ['a header without a type', head(), png],
    ['text', head('content-type: text/html'), png],
    ['a vector image, which can hold scripts and links', head('content-type: image/svg+xml'), Buffer.from('<svg/>')],
    ['an image of another kind', head('content-type: image/bmp'), Buffer.from('BM')],
    ['two types', head('content-type: image/png', 'content-type: text/html'), png],
    ['a list of types', head('content-type: image/png, text/html'), png],
    ['bytes of another type', head('content-type: image/png'), jpeg],
    ['text that says it is a picture', head('content-type: image/png'), Buffer.from('{"AccessKeyId":"x"}')],
    ['nothing that says it is a picture', head('content-type: image/png', 'content-length: 0'), Buffer.alloc(0)],
    ['the beginning of a beginning', head('content-type: image/png'), png.subarray(0, 7)],
    ['sound in the wrapping of WebP', head('content-type: image/webp'), Buffer.from('RIFF\0\0\0\0WAVEfmt ')],
  ])('not %s', async (_, header, body) => {
    expect(await fetchAnswer(Buffer.concat([Buffer.from(header), body]))).toBe('content_type');
  });

  test('nothing that was not asked for', async () => {
    expect(await fetchAnswer(withPng(), { contentTypes: ['image/jpeg'] })).toBe('content_type');
    expect(await fetchAnswer(withPng(), { contentTypes: ['image/jpeg', 'image/png'] })).toHaveProperty('bytes');
  });

  test.each([201, 204, 206, 304, 400, 401, 403, 404, 418, 500, 503])('not status %d', async (status) => {
    const answer = withPng('content-length: 16').toString('latin1').replace('200 OK', `${status} Secret`);
    expect(await fetchAnswer(Buffer.from(answer, 'latin1'))).toBe('status');
  });

  test.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'x-unheard-of', ''])(
    'not compressed by %j: a few bytes could be gigabytes',
    async (encoding) => {
      await using server = await httpServer((request, response) => {
        expect(request.headers['accept-encoding']).toBe('identity');
        response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': encoding });
        response.end(gzipSync(png));
      });
      expect(await refusal(safeFetch(at(server.port), allowed))).toBe('encoding');
    },
  );
});

describe('size', () => {
  const maxBytes = png.length;

  test('exactly maxBytes are taken', async () => {
    expect(await fetchAnswer(withPng(), { maxBytes })).toHaveProperty('bytes', new Uint8Array(png));
    expect(await fetchAnswer(withPng(`content-length: ${png.length}`), { maxBytes })).toHaveProperty('bytes');
  });

  test('a content-length over it is refused before the body', async () => {
    const answer = head('content-type: image/png', `content-length: ${maxBytes + 1}`);
    expect(await fetchAnswer(answer, { maxBytes }, false)).toBe('size');
  });

  test.each([
    ['without content-length', () => [] as const],
    ['in chunks', () => ['transfer-encoding: chunked'] as const],
  ])('a body without end is broken off, %s', async (_, headers) => {
    let sentBytes = 0;
    await using server = await tcpServer((socket) => {
      const piece = headers().length === 0 ? png : Buffer.concat([Buffer.from('10\r\n'), png, Buffer.from('\r\n')]);
      const flood = (): void => {
        while (!socket.destroyed && socket.write(piece)) sentBytes += piece.length;
      };
      socket.on('drain', flood).once('data', () => {
        socket.write(head('content-type: image/png', ...headers()));
        flood();
      });
    });
    expect(await refusal(safeFetch(at(server.port), { ...allowed, maxBytes: 100_000 }))).toBe('size');
    await server.allClosed();
    expect(sentBytes).toBeGreaterThan(100_000);
  });

  test.each([
    ['shorter than its content-length', withPng('content-length: 17')],
    ['cut off in the middle of a chunk', withPng('transfer-encoding: chunked')],
    ['with two lengths', withPng('content-length: 16', 'content-length: 3')],
    ['with a length and chunks', withPng('content-length: 16', 'transfer-encoding: chunked')],
    ['with a negative length', withPng('content-length: -1')],
  ])('a body %s is refused', async (_, answer) => {
    expect(await fetchAnswer(answer)).toBe('connection');
  });

  test('what follows a content-length is not read', async () => {
    const answer = Buffer.concat([withPng('content-length: 16'), Buffer.from('HTTP/1.1 200 OK\r\n\r\nmore')]);
    expect(await fetchAnswer(answer)).toHaveProperty('bytes', new Uint8Array(png));
  });

  test('headers without end are refused', async () => {
    expect(await fetchAnswer(head(`x: ${'a'.repeat(20_000)}`))).toBe('connection');
    expect(await fetchAnswer(head(...Array.from({ length: 10_000 }, () => 'x: a')))).toBe('connection');
  });
});

describe('what is no HTTP', () => {
  test.each([
    ['nothing', ''],
    ['a greeting of another protocol', '220 mail.example ESMTP\r\n'],
    ['noise', '\u0000\u0001\u0002'],
    ['a switch to another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['half a header', 'HTTP/1.1 200 OK\r\ncontent-ty'],
  ])('%s', async (_, answer) => {
    expect(await fetchAnswer(answer)).toBe('connection');
  });

  test('nobody listens', async () => {
    const server = await tcpServer(() => undefined);
    await server[Symbol.asyncDispose]();
    expect(await refusal(safeFetch(at(server.port), allowed))).toBe('connection');
  });
});
