import { call, Secret } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpWebSocket } from '../src/index.js';
import { inCall, started } from './started.js';
import { send, textResult, WsServer } from './ws-server.js';

/** How large a result a call asks for. */
function sizeAsked(params: { readonly [name: string]: unknown } | undefined): number {
  const given = params?.['arguments'] as { readonly size: number } | undefined; // our own calls
  return given?.size ?? 0;
}

test('nothing is sent before the tools are asked for; close closes the socket', async () => {
  const { server, client } = await started();
  expect(server.handshakes).toEqual([]);
  expect(outputText(await runTool(await client.tools(call()), 'echo', { a: 1 }))).toBe('{"a":1}');
  await Promise.all([client.close(), client[Symbol.asyncDispose]()]);
  await vi.waitFor(() => expect(server.sockets).toBe(0));
  await expect(client.tools(call())).rejects.toMatchObject({ code: 'transport', retryable: false });
});

test('headers and sub-protocols go with the handshake; headers are asked for each connection', async () => {
  let asked = 0;
  const headers = () => ({ authorization: new Secret(`Bearer ${++asked}`), 'x-fixed': 'yes' });
  const { server, client } = await started({}, { headers, protocols: ['mcp.v2', 'mcp'], reconnectAttempts: 0 });
  await client.tools(call());
  server.cut();
  await vi.waitFor(async () => {
    await client.tools(call());
    expect(server.handshakes).toHaveLength(2);
  });
  expect(server.handshakes.map((request) => request.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
  expect(server.handshakes[0]?.headers).toMatchObject({ 'sec-websocket-protocol': 'mcp.v2,mcp', 'x-fixed': 'yes' });
});

test('a server that takes none of the sub-protocols is refused; where none is offered it is fine', async () => {
  const none = { choose: () => false as const };
  const { client } = await started(none);
  await expect(client.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('subprotocol') as unknown,
  });
  const { client: plain } = await started(none, { protocols: [] });
  expect(await plain.tools(call())).toHaveLength(1);
});

test.each([
  [401, 'auth'],
  [403, 'permission'],
  [404, 'not_found'],
  [503, 'overloaded'],
] as const)('a handshake that is answered with %i is %s, and is not tried twice', async (status, code) => {
  const { createServer } = await import('node:http');
  let handshakes = 0;
  const http = createServer().on('upgrade', (_request, socket) => {
    handshakes++;
    socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void http.close());
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new McpWebSocket({ url: `ws://127.0.0.1:${address.port}/`, headers: { authorization: 'hunter2' } });
  onTestFinished(() => client.close());
  const error: unknown = await client.tools(call()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, status });
  expect(handshakes).toBe(1);
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test('nobody there is a transport error', async () => {
  const server = new WsServer();
  const url = await server.listen();
  await server.stop();
  const client = new McpWebSocket({ url });
  await expect(client.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('check the base URL') as unknown,
  });
  await client.close();
});

test('a server that takes the connection and says nothing is a timeout', async () => {
  const { createServer } = await import('node:net');
  const silent = createServer((socket) => void socket.on('error', () => undefined));
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void silent.close());
  const connected = new Promise((resolve) => {
    silent.once('connection', resolve);
  });
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const clock = fakeClock();
  const client = new McpWebSocket({ url: `ws://127.0.0.1:${address.port}/`, clock, handshakeTimeoutMs: 1_000 });
  const listing = client.tools(call());
  listing.catch(() => undefined);
  await connected;
  await clock.advance(1_000);
  await expect(listing).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('handshakeTimeoutMs') as unknown,
  });
  await client.close();
  expect(clock.timers).toBe(0);
});

test('a server that goes rejects every call that waits, at once, with its reason', async () => {
  const { client } = await started(
    {
      behaviour: inCall((_message, socket) => {
        socket.close(1_011, 'out of luck');
        return true;
      }),
    },
    { callTimeoutMs: 600_000 },
  );
  const tools = await client.tools(call());
  const calls = Array.from({ length: 5 }, () => runTool(tools, 'echo').catch((error: unknown) => error));
  for (const error of await Promise.all(calls)) {
    expect(error).toMatchObject({
      code: 'transport',
      message: 'docs: the server closed the connection (1011): out of luck',
      details: { closeCode: 1_011 },
    });
  }
});

test('a silent peer is found dead: it is pinged, and given up when there is no answer', async () => {
  const clock = fakeClock();
  const { server, client } = await started(
    { isSilent: true, behaviour: inCall(() => true) },
    { clock, pingIntervalMs: 30_000, pongTimeoutMs: 5_000, callTimeoutMs: 600_000, reconnectAttempts: 0 },
  );
  const working = runTool(await client.tools(call()), 'echo');
  working.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/call'));
  await clock.advance(30_000);
  await vi.waitFor(() => expect(server.pings).toBe(1));
  await clock.advance(5_000);
  await expect(working).rejects.toMatchObject({
    code: 'transport',
    message: 'docs: the server gave no sign of life within 5000 ms (pongTimeoutMs)',
  });
  await vi.waitFor(() => expect(server.sockets).toBe(0));
});

test('a peer that answers its pings stays', async () => {
  const clock = fakeClock();
  const { server, client } = await started({}, { clock, pingIntervalMs: 30_000, pongTimeoutMs: 5_000 });
  await client.tools(call());
  for (let round = 1; round <= 3; round++) {
    await clock.advance(round === 1 ? 30_000 : 25_000); // the last 5 s of the round before count
    await vi.waitFor(() => expect(server.pings).toBe(round));
    // A message behind the pong: once its answer is here, the pong was heard too.
    expect(await runTool(await client.tools(call()), 'echo')).toMatchObject({ isError: false });
    await clock.advance(5_000);
  }
  expect(server.handshakes).toHaveLength(1);
});

test('a message over the limit ends the connection, and the next call works', async () => {
  const { client } = await started(
    {
      behaviour: inCall(({ id, params }, socket) =>
        send(socket, { id, result: textResult('x'.repeat(sizeAsked(params))) }),
      ),
    },
    { maxMessageBytes: 1024 * 1024 },
  );
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo', { size: 100 * 1024 * 1024 })).rejects.toMatchObject({
    code: 'transport',
    message: 'docs: the server sent a message of more than 1048576 bytes (maxMessageBytes)',
  });
  expect(outputText(await runTool(tools, 'echo', { size: 1_000_000 }))).toHaveLength(1_000_000);
});

test('odd frames are told of and skipped; bytes that are UTF-8 are as good as text', async () => {
  const warnings: string[] = [];
  const { client } = await started(
    {
      behaviour: inCall(({ id }, socket) => {
        socket.send('hello');
        socket.send('[1,2]');
        socket.send(Buffer.from([0xff, 0xfe]));
        send(socket, { id: 4_711, result: textResult('wrong') });
        socket.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result: textResult('grün 🐙') })));
        send(socket, { id, result: textResult('late') });
        return true;
      }),
    },
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  expect(outputText(await runTool(tools, 'echo'))).toBe('grün 🐙');
  expect(outputText(await runTool(tools, 'echo'))).toBe('grün 🐙');
  expect(warnings.join('\n')).toContain('not a JSON-RPC message: hello');
  expect(warnings.join('\n')).toContain('no UTF-8');
});

test.each([null, 7, 'text', [[]]])('an answer that is no result (%j) rejects its call at once', async (result) => {
  const { client } = await started({ behaviour: inCall(({ id }, socket) => send(socket, { id, result })) });
  await expect(runTool(await client.tools(call()), 'echo')).rejects.toMatchObject({
    code: 'tool',
    message: expect.stringContaining('its answer is no result') as unknown,
  });
});

test('a text frame that is no UTF-8 ends the connection, as the protocol wants it', async () => {
  const { client } = await started({
    behaviour: inCall((_message, socket) => {
      socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
      return true;
    }),
  });
  await expect(runTool(await client.tools(call()), 'echo')).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('WS_ERR_INVALID_UTF8') as unknown,
  });
});

test('an aborted call is taken back, and the server hears of it', async () => {
  const { server, client } = await started({ behaviour: inCall(() => true) });
  const tools = await client.tools(call());
  const aborted = trackedSignal();
  const working = runTool(tools, 'echo', {}, call({ signal: aborted.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/call'));
  aborted.abort('enough');
  await expect(working).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
  await vi.waitFor(() => expect(server.methods).toContain('notifications/cancelled'));
  expect(aborted.listeners).toBe(0);
});

test('a server that does not close its side holds up close for graceMs at most', async () => {
  const clock = fakeClock();
  const { server, client } = await started({}, { clock, graceMs: 1_000 });
  await client.tools(call());
  const socket = server.handshakes[0]?.socket;
  socket?.pause(); // it hears nothing any more
  const closing = client.close();
  await vi.waitFor(() => expect(clock.timers).toBe(1));
  await clock.advance(1_000);
  await closing;
  expect(clock.timers).toBe(0);
});

test('wrong options throw, before any network', () => {
  const wrong = (options: object): unknown => {
    try {
      return new McpWebSocket({ url: 'wss://127.0.0.1/', ...options });
    } catch (error) {
      return error;
    }
  };
  for (const options of [
    { url: 'not an address' },
    { url: 'http://127.0.0.1/' },
    { url: 'ws://user:pass@127.0.0.1/' },
    { url: 'ws://127.0.0.1/#there' },
    { clientCert: 'pem' },
    { clientKey: 'pem' },
    { url: 'ws://127.0.0.1/', ca: 'pem' },
    { url: 'ws://127.0.0.1/', clientCert: 'pem', clientKey: 'pem' },
    { pingIntervalMs: 0 },
    { pongTimeoutMs: Number.NaN },
    { handshakeTimeoutMs: -1 },
    { graceMs: -1 },
    { maxMessageBytes: 0 },
  ]) {
    expect(wrong(options)).toMatchObject({ code: 'invalid' });
  }
  expect(new McpWebSocket({ url: 'wss://mcp.example/' }).name).toBe('mcp.example');
});

test('a sub-protocol that is none is invalid when it is used', async () => {
  const { client } = await started({}, { protocols: ['two words'] });
  await expect(client.tools(call())).rejects.toMatchObject({ code: 'invalid' });
});
