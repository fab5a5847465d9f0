import { once } from 'node:events';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';

import { call } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpGrpc } from '../src/index.js';
import { GrpcServer, textResult, type Session } from './grpc-server.js';
import { containing, inCall, proxied, started } from './started.js';

test('nobody there is a transport error', async () => {
  const server = new GrpcServer();
  const url = await server.listen();
  server.stop();
  const client = new McpGrpc({ url });
  onTestFinished(() => client.close());
  await expect(client.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: containing('check the base URL'),
    details: { platformCode: 'ECONNREFUSED' },
  });
});

test('a host without an address is a transport error', async () => {
  const client = new McpGrpc({ url: 'http://nobody.invalid:50051' });
  onTestFinished(() => client.close());
  await expect(client.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: containing('check the base URL'),
  });
});

test('a server that speaks something else is a transport error', async () => {
  const { createServer } = await import('node:http');
  const http = createServer((_request, response) => void response.end('hello'));
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void http.close());
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new McpGrpc({ url: `http://127.0.0.1:${address.port}` });
  onTestFinished(() => client.close());
  await expect(client.tools(call())).rejects.toMatchObject({ code: 'transport' });
});

/** A server that takes connections, and says nothing. */
async function silent() {
  const sockets = new Set<Socket>();
  /** Who called, by port, in order. */
  const callers: (number | undefined)[] = [];
  const server = createTcpServer((socket) => {
    callers.push(socket.remotePort);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  /** How many connections there were, once all are gone: whoever called before this call of ours is known after it. */
  const count = async (): Promise<number> => {
    const last = connect(port, '127.0.0.1');
    await once(last, 'connect');
    const { localPort } = last;
    await vi.waitFor(() => expect(callers).toContain(localPort));
    last.destroy();
    await vi.waitFor(() => expect(sockets.size).toBe(0));
    return callers.length - 1;
  };
  return { sockets, port, count };
}

test.each(['http', 'https'])(
  'a server that says nothing is a timeout (%s), and its socket is closed',
  async (scheme) => {
    const { sockets, port, count } = await silent();
    const clock = fakeClock();
    const client = new McpGrpc({ url: `${scheme}://127.0.0.1:${port}`, clock, handshakeTimeoutMs: 1_000 });
    const listing = client.tools(call());
    listing.catch(() => undefined);
    await vi.waitFor(() => expect(sockets.size).toBe(1));
    await clock.advance(1_000);
    await expect(listing).rejects.toMatchObject({ code: 'timeout', message: containing('handshakeTimeoutMs') });
    await client.close();
    expect(clock.timers).toBe(0);
    expect(await count()).toBe(1);
  },
);

test('a caller who gives up while it connects is let go at once; close ends the try', async () => {
  const { sockets, port, count } = await silent();
  const client = new McpGrpc({ url: `http://127.0.0.1:${port}` });
  const aborted = trackedSignal();
  const listing = client.tools(call({ signal: aborted.signal }));
  listing.catch(() => undefined);
  await vi.waitFor(() => expect(sockets.size).toBe(1));
  aborted.abort('enough');
  await expect(listing).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
  expect(aborted.listeners).toBe(0);
  await client.close();
  expect(await count()).toBe(1);
});

test('a server that never answers the handshake is a timeout, and its stream is ended', async () => {
  const clock = fakeClock();
  const onStream = ({ stream }: Session) => stream.resume() === stream; // it listens, and says nothing
  const { server, client } = await started({ onStream }, { clock, connectTimeoutMs: 3_000 });
  const listing = client.tools(call());
  listing.catch(() => undefined);
  await vi.waitFor(() => expect(server.opened).toHaveLength(1));
  await clock.advance(3_000);
  await expect(listing).rejects.toMatchObject({ code: 'timeout' });
  await vi.waitFor(() => expect(server.sessions.size).toBe(0));
});

test.each(['close', 'half_close', 'reset'] as const)(
  'a connection that breaks (%s) in mid-call rejects it, and the next call works',
  async (how) => {
    let broken = 0;
    const { proxy, client } = await proxied({
      behaviour: inCall(() => {
        if (broken++ > 0) return false;
        proxy.setFaults({ breakOff: { afterBytes: 0, how } });
        proxy.setFaults({});
        return true;
      }),
    });
    const tools = await client.tools(call());
    await expect(runTool(tools, 'echo')).rejects.toMatchObject({
      code: 'transport',
      message: 'docs: the connection broke off',
      retryable: true,
    });
    expect(outputText(await runTool(tools, 'echo', { a: 1 }))).toBe('{"a":1}');
  },
);

test('a silent peer is found dead, and its socket is closed', async () => {
  const { server, proxy, client } = await proxied(
    { behaviour: inCall(() => true) },
    { keepAliveIntervalMs: 50, keepAliveTimeoutMs: 50, callTimeoutMs: 600_000, reconnectAttempts: 0 },
  );
  const tools = await client.tools(call());
  proxy.setFaults({ breakOff: { afterBytes: 0, how: 'stall' } });
  await expect(runTool(tools, 'echo')).rejects.toMatchObject({ code: 'transport' });
  await vi.waitFor(() => expect(server.sessions.size).toBe(0));
});

test('a server that does not end its side holds up close for graceMs at most, and no socket is left', async () => {
  const clock = fakeClock();
  const { server, proxy, client } = await proxied({}, { clock, graceMs: 1_000 });
  await client.tools(call());
  proxy.setFaults({ breakOff: { afterBytes: 0, how: 'stall' } });
  const closing = client.close();
  await vi.waitFor(() => expect(clock.timers).toBe(1));
  await clock.advance(1_000);
  await closing;
  expect(clock.timers).toBe(0);
  await vi.waitFor(() => expect(server.sessions.size).toBe(0));
});

test('a server that says goodbye (GOAWAY) is heard out, and the next stream goes to whoever listens then', async () => {
  let answer: (() => void) | undefined;
  const { server, client } = await started({
    behaviour: inCall(({ id }, { send }) => {
      answer = () => void send({ id, result: textResult('late') });
      return true;
    }),
  });
  const tools = await client.tools(call());
  const working = runTool(tools, 'echo');
  await vi.waitFor(() => expect(answer).toBeDefined());
  const drained = server.drain();
  answer?.();
  expect(outputText(await working)).toBe('late');
  for (const { stream } of server.sessions) stream.end();
  await drained;
  const next = new GrpcServer();
  await next.listen(server.port);
  await vi.waitFor(async () => expect(outputText(await runTool(tools, 'echo', { a: 2 }))).toBe('{"a":2}'));
});

test('an idle stream stays', async () => {
  const { server, client } = await started({}, { keepAliveIntervalMs: 10 });
  const tools = await client.tools(call());
  for (let round = 0; round < 5; round++) {
    expect(await runTool(tools, 'echo')).toMatchObject({ isError: false });
    await new Promise((resolve) => {
      setTimeout(resolve, 30); // nothing else passes the time of gRPC's own keep-alive
    });
  }
  expect(server.opened).toHaveLength(1);
});

test('a proxy in the environment is passed by', async () => {
  for (const name of ['grpc_proxy', 'http_proxy', 'https_proxy']) vi.stubEnv(name, 'http://127.0.0.1:9');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { client } = await started();
  expect(await client.tools(call())).toHaveLength(1);
});
