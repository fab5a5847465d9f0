import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ServerCredentials } from '@grpc/grpc-js';
import { call, Secret } from '@tako/core';
import { certificateAuthority, type CertifiedKey } from '@tako/testing/loopback';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpGrpc, type McpGrpcOptions } from '../src/index.js';
import { GrpcServer } from './grpc-server.js';

const ours = certificateAuthority('Ours');
const foreign = certificateAuthority('Foreign');
const server = ours.server('mcp.example');
const client = ours.client('agent');
const stranger = foreign.client('agent');

/** A server that shows `mcp.example`, and a client of it. */
async function started(options: Partial<McpGrpcOptions>, asksForCertificate: boolean, shows: CertifiedKey = server) {
  const pair = { private_key: Buffer.from(shows.key), cert_chain: Buffer.from(shows.cert) };
  const credentials = ServerCredentials.createSsl(Buffer.from(ours.cert), [pair], asksForCertificate);
  const grpc = new GrpcServer({ credentials });
  const url = await grpc.listen();
  const source = new McpGrpc({ url, serverName: 'mcp.example', reconnectAttempts: 0, ...options });
  onTestFinished(() => source.close());
  return { grpc, source };
}

async function list(...given: Parameters<typeof started>): Promise<number> {
  const { source } = await started(...given);
  return (await source.tools(call())).length;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mcp-grpc-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
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
  const { source, grpc } = await started(options, true);
  await expect(source.tools(call())).rejects.toMatchObject({ code: 'transport' });
  expect(grpc.opened).toEqual([]);
});

test.each([
  ['an authority that nobody knows', {}],
  ['a foreign authority', { ca: foreign.cert }],
  ['a wrong server name', { ca: ours.cert, serverName: 'other.example' }],
  ['a name that is not its address', { ca: ours.cert, serverName: undefined }],
])('a server with %s is refused', async (_name, options) => {
  const { source, grpc } = await started(options, false);
  await expect(source.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('check the certificate') as unknown,
    details: { platformCode: expect.stringMatching(/CERT|VERIFY/) as unknown },
  });
  expect(grpc.opened).toEqual([]);
});

test('nothing in the environment lets a wrong certificate through', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(list({ ca: foreign.cert }, false)).rejects.toMatchObject({ code: 'transport' });
});

test('files are read for each connection, so that exchanged certificates count', async () => {
  const path = await folder();
  const files = { caPath: join(path, 'ca'), clientCertPath: join(path, 'cert'), clientKeyPath: join(path, 'key') };
  const { source, grpc } = await started(files, true);
  await expect(source.tools(call())).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/the file of \w+Path cannot be read/) as unknown,
  });
  await writeFile(files.caPath, ours.cert);
  await writeFile(files.clientCertPath, stranger.cert);
  await writeFile(files.clientKeyPath, stranger.key);
  await expect(source.tools(call())).rejects.toMatchObject({ code: 'transport' });
  await writeFile(files.clientCertPath, client.cert);
  await writeFile(files.clientKeyPath, client.key);
  expect(await source.tools(call())).toHaveLength(1);
  expect(grpc.opened).toHaveLength(1);
});

test('a certificate or key that cannot be read is invalid, and does not show', async () => {
  for (const clientKey of ['hunter2', stranger.key]) {
    const error: unknown = await list({ ca: ours.cert, clientCert: client.cert, clientKey }, true).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'invalid' });
    expect(JSON.stringify(error)).not.toContain(clientKey.slice(0, 60));
  }
});

test('a server without TLS is no server for https, nor one with TLS for http', async () => {
  const plain = new GrpcServer();
  const url = await plain.listen();
  const overTls = new McpGrpc({ url: url.replace('http:', 'https:'), reconnectAttempts: 0 });
  onTestFinished(() => overTls.close());
  await expect(overTls.tools(call())).rejects.toMatchObject({ code: 'transport' });
  const { grpc } = await started({}, false);
  const bare = new McpGrpc({ url: grpc.url.replace('https:', 'http:'), reconnectAttempts: 0 });
  onTestFinished(() => bare.close());
  await expect(bare.tools(call())).rejects.toMatchObject({ code: 'transport' });
});
