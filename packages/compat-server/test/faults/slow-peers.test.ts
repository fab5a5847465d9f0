import { connect, type Socket } from 'node:net';

import { expect, onTestFinished } from 'vitest';

import { raw } from '../raw-request.js';
import { adaToken, hello, oneModel, serving, statusOf } from '../serving.js';
import { fault } from './fault.js';

const bearer = `Authorization: Bearer ${adaToken}\r\n`;
const slowBody = `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n${bearer}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{`;

/** So many connections, each with a text sent and nothing after it. */
async function open(url: string, count: number, text: string): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Socket>((resolve) => {
          const socket = connect(Number(port), hostname, () => {
            socket.write(text);
            resolve(socket);
          });
          socket.on('error', () => undefined); // the server may cut it: that is what is looked at
        }),
    ),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

fault('18a', 'headers that do not come', async () => {
  const { url } = await serving(oneModel(), { headersTimeoutMs: 100 });
  expect(statusOf(await raw(url, 'GET /healthz HTTP/1.1\r\nHost: x'))).toBe(408);
});

fault('18b', 'a body that does not come', async () => {
  const { url } = await serving(oneModel(), { limits: { bodyTimeoutMs: 50 } });
  expect(statusOf(await raw(url, slowBody))).toBe(408);
});

fault('18c', 'a thousand connections that send a byte and wait', async () => {
  const { url, ask } = await serving(oneModel());
  await open(url, 500, 'G');
  await open(url, 500, slowBody.slice(0, 100));
  expect((await ask('/v1/chat/completions', hello)).status).toBe(200);
});

fault('18d', 'a hundred bodies that do not come', async () => {
  const { url, ask } = await serving(oneModel(), { limits: { maxInFlightPerTenant: 300 } });
  await open(url, 100, slowBody);
  expect((await ask('/v1/chat/completions', hello)).status).toBe(200);
});

fault('20a', 'a length that is too long', async () => {
  const { url } = await serving(oneModel(), { limits: { bodyTimeoutMs: 50 } });
  const body = JSON.stringify(hello);
  const text = slowBody.replace('Content-Length: 50\r\n\r\n{', `Content-Length: ${body.length + 1}\r\n\r\n${body}`);
  expect(statusOf(await raw(url, text))).toBe(408);
});

fault('30a', 'more connections than there may be', async () => {
  const { url, ask } = await serving(oneModel(), { maxConnections: 20 });
  const sockets = await open(url, 20, '');
  const [late] = await open(url, 1, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => late?.once('close', resolve));
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await ask('/v1/models').catch(() => undefined))?.status).toBe(200);
});
