import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { recordingProxy } from './recording-proxy.js';

const server = createServer((request, response) => {
  if (request.url === '/cut') {
    response.writeHead(200).flushHeaders();
    response.write('half', () => response.destroy());
    return;
  }
  response.writeHead(201, { 'content-type': 'text/plain', 'x-seen': String(request.headers['x-key']) });
  request.pipe(response);
});
let target = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has one
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('requests are kept as they were sent, and answers pass', async () => {
  await using proxy = await recordingProxy(target);
  const body = '{"a": "é漢" }';
  const answer = await fetch(`${proxy.url}/v1/x?y=%20z`, { method: 'POST', headers: { 'x-key': 'k' }, body });

  expect([answer.status, answer.headers.get('x-seen'), await answer.text()]).toEqual([201, 'k', body]);
  expect(proxy.requests).toMatchObject([{ method: 'POST', url: '/v1/x?y=%20z', headers: { 'x-key': 'k' }, body }]);
});

test('an answer that breaks off breaks off', async () => {
  await using proxy = await recordingProxy(target);
  const answer = await fetch(`${proxy.url}/cut`);
  await expect(answer.text()).rejects.toThrow('terminated');
});

test('a vendor that is away ends the connection', async () => {
  await using proxy = await recordingProxy('http://127.0.0.1:1');
  await expect(fetch(proxy.url)).rejects.toThrow('fetch failed');
});
