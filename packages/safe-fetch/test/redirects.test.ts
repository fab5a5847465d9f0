import { safeFetch, type Lookup } from '@tako/safe-fetch';
import { describe, expect, test } from 'vitest';

import { allowed, at, fetchAnswer, head, withPng } from './fetch-answer.js';
import { httpServer, tcpServer } from './loopback-server.js';
import { png } from './picture.js';
import { refusal } from './refusal.js';

describe('redirects', () => {
  /** Redirects from `/n` to `/n-1`, and has a picture at `/0`. */
  const countdown = () =>
    httpServer((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: String(left - 1) }).end();
      else response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    });

  test('three are followed, a fourth is not', async () => {
    await using server = await countdown();
    await expect(safeFetch(at(server.port, '/3'), allowed)).resolves.toMatchObject({ url: at(server.port, '/0') });
    expect(await refusal(safeFetch(at(server.port, '/4'), allowed))).toBe('redirect');
    expect(server.connections).toBe(8);
  });

  test('maxRedirects: 0 follows none', async () => {
    await using server = await countdown();
    await expect(safeFetch(at(server.port, '/0'), { ...allowed, maxRedirects: 0 })).resolves.toBeDefined();
    expect(await refusal(safeFetch(at(server.port, '/1'), { ...allowed, maxRedirects: 0 }))).toBe('redirect');
  });

  test('a circle is left', async () => {
    await using server = await httpServer((_request, response) => response.writeHead(307, { location: '/' }).end());
    expect(await refusal(safeFetch(at(server.port), allowed))).toBe('redirect');
    expect(server.connections).toBe(4);
  });

  test.each([301, 302, 303, 307, 308])('status %d is one, and its body is not read', async (status) => {
    await using server = await tcpServer((socket) => {
      socket.once('data', (request) => {
        if (String(request).startsWith('GET /there ')) return socket.end(withPng());
        socket.write(`HTTP/1.1 ${status} Moved\r\nlocation: /there\r\ncontent-length: 99999999\r\n\r\n`);
      });
    });
    await expect(safeFetch(at(server.port), allowed)).resolves.toMatchObject({ url: at(server.port, '/there') });
    await server.allClosed();
  });

  test.each([
    ['without a location', []],
    ['with two', ['location: /a', 'location: /b']],
  ])('one %s is refused', async (_, lines) => {
    expect(await fetchAnswer(head(...lines).replace('200 OK', '302 Found'))).toBe('redirect');
  });

  test.each([300, 304, 305, 306, 399])('status %d is none', async (status) => {
    expect(await fetchAnswer(head('location: /').replace('200 OK', `${status} Odd`))).toBe('status');
  });

  test('each hop is looked up and checked anew, under its own name', async () => {
    await using server = await httpServer((request, response) => {
      if (request.headers.host?.startsWith('first.example') !== true) return response.end();
      response.writeHead(302, { location: `http://second.example:${server.port}/` }).end();
    });
    const asked: string[] = [];
    const lookup: Lookup = async (host) => {
      asked.push(host);
      return ['127.0.0.1'];
    };
    const fetching = safeFetch(`http://first.example:${server.port}/`, {
      allowHttp: true,
      allowHosts: ['first.example'],
      lookup,
    });
    expect(await refusal(fetching)).toBe('address');
    expect(asked).toEqual(['first.example', 'second.example']);
    expect(server.connections).toBe(1);
  });
});
