import { once } from 'node:events';
import { connect } from 'node:net';

import { expect, test } from 'vitest';

import { answerJson, loopbackServer } from './loopback-server.js';

test('a request is kept with its text and its JSON, and answered', async () => {
  await using server = await loopbackServer((response, request) => {
    answerJson(response, 201, { seen: request.json }, { 'x-a': 'b' });
  });
  const sent = { method: 'PUT', headers: { 'X-Key': 'k' }, body: '{"a": "é漢"}' };
  const response = await fetch(`${server.url}/x?y=%20z`, sent);

  expect([response.status, response.headers.get('x-a'), await response.json()]).toEqual([
    201,
    'b',
    { seen: { a: 'é漢' } },
  ]);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(server.requests).toMatchObject([
    { method: 'PUT', url: '/x?y=%20z', headers: { 'x-key': 'k' }, body: sent.body, json: { a: 'é漢' } },
  ]);
});

test('a body that is no JSON, and none at all, are text', async () => {
  await using server = await loopbackServer((response) => void response.end());
  await fetch(server.url, { method: 'POST', body: 'a=b' });
  await fetch(server.url);
  expect(server.requests.map(({ body, json }) => [body, json])).toEqual([
    ['a=b', undefined],
    ['', undefined],
  ]);
});

test('an answer that throws, or that rejects, breaks the connection off', async () => {
  await using throwing = await loopbackServer(() => {
    throw new Error('no');
  });
  await using rejecting = await loopbackServer(() => Promise.reject(new Error('no')));
  await expect(fetch(throwing.url)).rejects.toThrow('fetch failed');
  await expect(fetch(rejecting.url)).rejects.toThrow('fetch failed');
});

test('a request that breaks off in its body is not kept, and does not end the server', async () => {
  await using server = await loopbackServer((response) => void response.end('well'));
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
  socket.end();
  await once(socket.resume(), 'close');

  expect(await (await fetch(server.url)).text()).toBe('well');
  expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  expect(server.connections).toBe(2);
});

test('closing breaks off what hangs', async () => {
  const server = await loopbackServer(() => undefined);
  const asked = fetch(server.url).catch((error: unknown) => error);
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  expect(await asked).toBeInstanceOf(TypeError);
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
});
