import { once } from 'node:events';
import { connect } from 'node:net';

import { scriptedProvider } from '@tako/testing';
import { expect, test } from 'vitest';

import { serving } from './serving.js';

test('a connection on which nothing was ever sent is closed, and is no request', async () => {
  const { url, log } = await serving({ tako: scriptedProvider([]) }, { headersTimeoutMs: 50 });
  const { hostname, port } = new URL(url);
  let told = '';
  const socket = connect(Number(port), hostname).on('data', (data) => (told += data.toString()));
  await once(socket, 'close');
  expect([told, log]).toEqual(['', []]);
});

test('one on which a request was begun gets an answer', async () => {
  const { url, log } = await serving({ tako: scriptedProvider([]) }, { headersTimeoutMs: 50 });
  const { hostname, port } = new URL(url);
  let told = '';
  const socket = connect(Number(port), hostname).on('data', (data) => (told += data.toString()));
  socket.write('POST /v1/chat');
  await once(socket, 'close');
  expect(told).toMatch(/^HTTP\/1\.1 408 /);
  expect(log).toMatchObject([{ status: 408 }]);
});
