import { status as grpcStatus } from '@grpc/grpc-js';
import { call, Secret } from '@tako/core';
import { trackedSignal } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { containing, inCall, started } from './started.js';

test.each(['mcp.transport.v1', 'tako.mcp.v1'] as const)(
  '%s: nothing is sent before the tools are asked for',
  async (service) => {
    const { server, client } = await started({ service });
    expect(server.opened).toEqual([]);
    expect(outputText(await runTool(await client.tools(call()), 'echo', { a: 1 }))).toBe('{"a":1}');
    await Promise.all([client.close(), client[Symbol.asyncDispose]()]);
    await vi.waitFor(() => expect(server.sessions.size).toBe(0));
    await expect(client.tools(call())).rejects.toMatchObject({ code: 'transport', retryable: false });
  },
);

test('metadata goes with the stream, and is asked for each one', async () => {
  let asked = 0;
  const metadata = () => ({
    Authorization: new Secret(`Bearer ${++asked}`),
    'x-fixed': 'yes',
    'x-raw-bin': Buffer.from([0, 255]).toString('base64'),
  });
  const { server, client } = await started({}, { metadata, reconnectAttempts: 0 });
  await client.tools(call());
  for (const session of server.sessions) session.end(grpcStatus.ABORTED);
  await vi.waitFor(async () => {
    await client.tools(call());
    expect(server.opened).toHaveLength(2);
  });
  expect(server.opened.map((sent) => sent.get('authorization'))).toEqual([['Bearer 1'], ['Bearer 2']]);
  expect(server.opened[0]?.get('x-fixed')).toEqual(['yes']);
  expect(server.opened[0]?.get('x-raw-bin')).toEqual([Buffer.from([0, 255])]);
});

test.each([
  ['grpc-timeout', '1S'],
  ['connection', 'close'],
  ['te', 'trailers'],
  ['content-type', 'text/plain'],
  ['two words', 'yes'],
  [':authority', 'elsewhere'],
  ['x-token', 'hunter2ü'],
  ['x-token', 'hunter2\r\nx-other: yes'],
])(
  'metadata %s with a value that gRPC does not take there is refused, and the value does not show',
  async (name, value) => {
    const { server, client } = await started({}, { metadata: { [name]: value } });
    const error: unknown = await client.tools(call()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(server.opened).toEqual([]);
  },
);

test.each([
  ['UNAUTHENTICATED', 'auth'],
  ['PERMISSION_DENIED', 'permission'],
  ['NOT_FOUND', 'not_found'],
  ['UNAVAILABLE', 'overloaded'],
  ['RESOURCE_EXHAUSTED', 'rate_limited'],
  ['DEADLINE_EXCEEDED', 'timeout'],
] as const)('a stream that is refused with %s is %s, and is not tried twice', async (name, code) => {
  const { server, client } = await started(
    { onStream: ({ end }) => end(grpcStatus[name], 'not for you, Bearer hunter2') },
    { metadata: { authorization: 'hunter2' } },
  );
  const error: unknown = await client.tools(call()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, message: containing(name), details: { grpcStatus: grpcStatus[name] } });
  expect(server.opened).toHaveLength(1);
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test('a server without the service is unsupported, and the message says what to look at', async () => {
  const { client } = await started({ service: 'tako.mcp.v1' }, { service: 'mcp.transport.v1' });
  await expect(client.tools(call())).rejects.toMatchObject({
    code: 'unsupported',
    message: containing('it may not have the service mcp.transport.v1 (service)'),
  });
});

test.each([
  ['UNAUTHENTICATED', 'auth'],
  ['UNAVAILABLE', 'overloaded'],
  ['RESOURCE_EXHAUSTED', 'rate_limited'],
  ['INTERNAL', 'transport'],
  ['OK', 'transport'],
] as const)('a stream that ends with %s in mid-call rejects every call that waits with %s', async (name, code) => {
  const { client } = await started(
    {
      behaviour: inCall((_message, { end, stream }) => {
        if (name !== 'OK') return end(grpcStatus[name], 'out of luck');
        stream.end();
        return true;
      }),
    },
    { callTimeoutMs: 600_000, reconnectAttempts: 0 },
  );
  const tools = await client.tools(call());
  const calls = Array.from({ length: 5 }, () => runTool(tools, 'echo').catch((error: unknown) => error));
  for (const error of await Promise.all(calls)) {
    expect(error).toMatchObject({
      code,
      message:
        name === 'OK'
          ? 'docs: the server ended the stream'
          : `docs: the server ended the stream with ${name}: out of luck`,
    });
  }
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

test('a thousand calls at once share one stream', async () => {
  const { server, client } = await started();
  const tools = await client.tools(call());
  const outputs = await Promise.all(Array.from({ length: 1_000 }, (_none, index) => runTool(tools, 'echo', { index })));
  expect(outputs.map(outputText)).toEqual(Array.from({ length: 1_000 }, (_none, index) => `{"index":${index}}`));
  expect(server.opened).toHaveLength(1);
});
