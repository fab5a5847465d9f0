import type { ServerResponse } from 'node:http';

import { call } from '@tako/core';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpHttp, type McpHttpOptions } from '../src/index.js';
import { HttpServer, initialized, textResult, type Behaviour, type Rpc } from './http-server.js';

/** A server of revision 2024-11-05: one stream for all answers, and an address to send messages to. */
class SseServer {
  readonly #onCall: (message: Rpc, server: SseServer) => boolean;
  readonly #endpoint: string;
  readonly http: HttpServer;
  stream: ServerResponse | undefined;
  streams = 0;
  refusal: number | undefined;

  constructor({ onCall = () => false, endpoint = '/message?session=1' }: Partial<SseOptions> = {}) {
    this.#onCall = onCall;
    this.#endpoint = endpoint;
    this.http = new HttpServer(this.#behave);
  }

  send(message: object): void {
    this.stream?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
  }

  readonly #behave: Behaviour = ({ http, path, body }, response) => {
    if (http === 'GET') {
      this.streams++;
      this.stream = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: endpoint\ndata: ${this.#endpoint}\n\n`);
    } else if (path === '/mcp') {
      response.writeHead(405).end();
    } else if (body?.method === 'tools/call' && this.refusal !== undefined) {
      response.writeHead(this.refusal).end('no');
    } else {
      response.writeHead(202).end();
      if (body !== undefined) this.#answer(body);
    }
    return true;
  };

  #answer(message: Rpc): void {
    const { id, method } = message;
    if (id === undefined) return;
    if (method === 'initialize') this.send({ id, result: { ...initialized, protocolVersion: '2024-11-05' } });
    else if (method === 'tools/list') this.send({ id, result: { tools: [{ name: 'echo' }] } });
    else if (method === 'tools/call' && !this.#onCall(message, this)) this.send({ id, result: textResult('old') });
  }
}

interface SseOptions {
  readonly onCall: (message: Rpc, server: SseServer) => boolean;
  readonly endpoint: string;
}

async function started(options: Partial<SseOptions> = {}, clientOptions: Partial<McpHttpOptions> = {}) {
  const server = new SseServer(options);
  const client = new McpHttp({ url: await server.http.listen(), name: 'old', ...clientOptions });
  onTestFinished(() => client.close());
  return { server, client };
}

test('a server that knows only the older protocol is found out, and not asked again', async () => {
  const { server, client } = await started();
  const tools = await client.tools(call());
  expect(outputText(await runTool(tools, 'echo'))).toBe('old');
  const before = server.http.seen.filter(({ http, path }) => http === 'POST' && path === '/mcp').length;
  expect(before).toBeGreaterThan(0);

  server.stream?.destroy();
  await vi.waitFor(async () => {
    await runTool(tools, 'echo');
    expect(server.streams).toBe(2);
  });
  expect(server.http.seen.filter(({ http, path }) => http === 'POST' && path === '/mcp')).toHaveLength(before);
});

test('where it is said, the newer protocol is not tried', async () => {
  const { server, client } = await started({}, { transport: 'sse', protocolVersion: '2025-11-25' });
  expect(await client.tools(call())).toHaveLength(1);
  expect(server.http.seen.filter(({ path }) => path === '/mcp').map(({ http }) => http)).toEqual(['GET']);
});

test('where the newer one is said, the older protocol is not tried', async () => {
  const { server, client } = await started({}, { transport: 'streamable' });
  await expect(client.tools(call())).rejects.toMatchObject({ status: 405 });
  expect(server.streams).toBe(0);
});

test('headers go with the stream and with every message', async () => {
  const { server, client } = await started({}, { headers: { authorization: 'Bearer x' } });
  await client.tools(call());
  expect(server.http.seen.map(({ headers }) => headers.authorization)).toEqual(server.http.seen.map(() => 'Bearer x'));
});

test('a stream that breaks rejects every call that waits, at once', async () => {
  const { client } = await started({
    onCall: (_message, server) => {
      server.stream?.destroy();
      return true;
    },
  });
  const tools = await client.tools(call());
  const startMs = performance.now();
  await expect(runTool(tools, 'echo')).rejects.toMatchObject({
    code: 'transport',
    message: "old: the server's answer broke off",
  });
  expect(performance.now() - startMs).toBeLessThan(1_000);
});

test.each([
  [401, 'auth'],
  [500, 'provider'],
] as const)('an answer %i to a message is %s', async (status, code) => {
  const { server, client } = await started();
  const tools = await client.tools(call());
  server.refusal = status;
  await expect(runTool(tools, 'echo')).rejects.toMatchObject({ code, status });
});

test('messages are not sent to an address at another origin', async () => {
  const other = new HttpServer();
  const { client } = await started({ endpoint: await other.listen() }, { headers: { authorization: 'Bearer x' } });
  await expect(client.tools(call())).rejects.toMatchObject({ status: 405 });
  expect(other.seen).toEqual([]);
});

test('an event over the limit ends the connection', async () => {
  const { client } = await started(
    {
      onCall: ({ id }, server) => {
        server.send({ id, result: textResult('x'.repeat(3_000_000)) });
        return true;
      },
    },
    { maxMessageBytes: 1024 * 1024 },
  );
  await expect(runTool(await client.tools(call()), 'echo')).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('(maxMessageBytes)') as unknown,
  });
});

test('close leaves no connection', async () => {
  const { server, client } = await started();
  await client.tools(call());
  await client.close();
  await vi.waitFor(() => expect(server.stream?.destroyed).toBe(true));
});
