import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import { certificateAuthority, selfSignedClient } from '@tako/testing/loopback';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { HttpsSender } from '../src/https-sender.js';
import { clientIdentity } from '../src/mtls/client-identity.js';
import { trustedRoots } from '../src/trusted-roots.js';

const root = certificateAuthority('Root');
const tls = root.server();
const identities = ['first', 'second'].map((name) => clientIdentity(selfSignedClient(name), 'test'));

let server: Server;
let url = '';
let sender: HttpsSender;
let sockets: Set<Socket>;
/** Requests that have come, oldest first, and wait for an answer. */
let waiting: { readonly name: string | undefined; readonly response: ServerResponse }[];
let answersAtOnce: boolean;

beforeEach(async () => {
  [sockets, waiting, answersAtOnce] = [new Set(), [], true];
  const options = { ...tls, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, (request: IncomingMessage, response) => {
    const { socket } = request;
    const name = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.subject : undefined;
    if (answersAtOnce) response.end(name);
    else waiting.push({ name, response });
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `https://localhost:${(server.address() as AddressInfo).port}/`; // a server that listens on a port
  const roots = trustedRoots({ ca: root.cert }, 'test');
  sender = new HttpsSender({ source: 'test', roots, identity: identities[0], keepAlive: true, maxBytes: 1_000 });
});
afterEach(async () => {
  sender.close();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const get = async (): Promise<string> => (await sender.fetch(url, { method: 'GET', headers: {} })).text();
const replace = (): void => {
  const [, second] = identities;
  if (second !== undefined) sender.replaceIdentity(second);
};

test('a request under way keeps its identity to the end; then the connections of that are closed', async () => {
  expect(await get()).toBe('CN=first');
  answersAtOnce = false;
  const underWay = get();
  await expect.poll(() => waiting.length).toBe(1);
  replace();
  const next = get();
  await expect.poll(() => waiting.length).toBe(2);
  expect(waiting.map(({ name }) => name)).toEqual(['CN=first', 'CN=second']);
  expect(sockets.size).toBe(2);
  for (const { name, response } of waiting) response.end(name);
  expect([await underWay, await next]).toEqual(['CN=first', 'CN=second']);
  await expect.poll(() => sockets.size).toBe(1);
});

test('connections that wait for work are closed at once', async () => {
  expect(await get()).toBe('CN=first');
  replace();
  await expect.poll(() => sockets.size).toBe(0);
  expect(await get()).toBe('CN=second');
});

test('a kept connection that the other side has just closed costs no request', async () => {
  expect(await get()).toBe('CN=first');
  const [kept] = sockets;
  // The client does not know yet: it sends on the closed connection.
  const sent = get();
  kept?.destroy();
  expect(await sent).toBe('CN=first');
});

test('a request that a new connection lost is not sent again', async () => {
  answersAtOnce = false;
  let requests = 0;
  server.on('request', ({ socket }: IncomingMessage) => {
    requests++;
    socket.destroy();
  });
  await expect(get()).rejects.toMatchObject({ code: 'transport' });
  expect(requests).toBe(1);
});

test('an answer that is too long is not read to its end', async () => {
  answersAtOnce = false;
  server.on('request', (_: IncomingMessage, response: ServerResponse) => {
    const send = (): void => void (response.destroyed || response.write('x'.repeat(65_536), send));
    send();
  });
  await expect(get()).rejects.toMatchObject({ code: 'transport', message: expect.stringMatching(/longer than 1000/) });
  await expect.poll(() => sockets.size).toBe(0);
});

test('an abort ends the request, and is the reason', async () => {
  answersAtOnce = false;
  const controller = new AbortController();
  const aborted = sender.fetch(url, { method: 'GET', headers: {}, signal: controller.signal });
  await once(server, 'request');
  controller.abort('why');
  await expect(aborted).rejects.toBe('why');
  await expect.poll(() => sockets.size).toBe(0);
});

test.each(['http://localhost/', 'file:///etc/passwd', 'nowhere'])('%s is refused', async (address) => {
  await expect(sender.fetch(address, { method: 'GET', headers: {} })).rejects.toMatchObject({ code: 'transport' });
});

test('closed, it sends nothing, and ends what is under way', async () => {
  answersAtOnce = false;
  const underWay = get().catch((error: unknown) => error);
  await expect.poll(() => waiting.length).toBe(1);
  sender.close();
  expect(await underWay).toMatchObject({ code: 'transport' });
  replace();
  await expect(get()).rejects.toMatchObject({ code: 'transport' });
});
