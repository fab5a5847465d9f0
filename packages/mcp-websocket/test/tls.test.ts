import { call, Secret } from '@tako/core';
import { certificateAuthority } from '@tako/testing/loopback';
import { expect, onTestFinished, test } from 'vitest';

import { McpWebSocket, type McpWebSocketOptions } from '../src/index.js';
import { WsServer } from './ws-server.js';

const ours = certificateAuthority('Ours');
const foreign = certificateAuthority('Foreign');
const server = ours.server('mcp.example');
const client = ours.client('agent');
const stranger = foreign.client('agent');

/** Lists the tools of a server that shows `mcp.example`. */
async function list(options: Partial<McpWebSocketOptions>, asksForCertificate: boolean): Promise<number> {
  const tls = { ...server, ca: ours.cert, requestCert: asksForCertificate, rejectUnauthorized: asksForCertificate };
  const ws = new WsServer({ tls });
  const source = new McpWebSocket({
    url: await ws.listen(),
    serverName: 'mcp.example',
    reconnectAttempts: 0,
    ...options,
  });
  onTestFinished(() => source.close());
  return (await source.tools(call())).length;
}

test('an authority of our own is enough for a server that asks for no certificate', async () => {
  expect(await list({ ca: ours.cert }, false)).toBe(1);
  expect(await list({ ca: [foreign.cert, Buffer.from(ours.cert)] }, false)).toBe(1);
});

test('the right pair is accepted, its key from a secret or a function too', async () => {
  expect(await list({ ca: ours.cert, clientCert: client.cert, clientKey: client.key }, true)).toBe(1);
  const clientKey = () => Promise.resolve(new Secret(client.key));
  expect(await list({ ca: ours.cert, clientCert: Buffer.from(client.cert), clientKey }, true)).toBe(1);
});

test.each([
  ['no certificate', { ca: ours.cert }],
  ['a foreign certificate', { ca: ours.cert, clientCert: stranger.cert, clientKey: stranger.key }],
])('%s is refused where one is asked for', async (_name, options) => {
  await expect(list(options, true)).rejects.toMatchObject({ code: 'transport' });
});

test.each([
  ['an authority that nobody knows', {}],
  ['a foreign authority', { ca: foreign.cert }],
  ['a wrong server name', { ca: ours.cert, serverName: 'other.example' }],
])('a server with %s is refused', async (_name, options) => {
  await expect(list(options, false)).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('check the certificate') as unknown,
  });
});

test('a certificate that cannot be read is invalid, and does not show', async () => {
  const options = { ca: ours.cert, clientCert: client.cert, clientKey: 'hunter2' };
  const error: unknown = await list(options, true).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: expect.stringMatching(/invalid|transport/) as unknown });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});
