import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { toolServer, toolSourceConformance, type RpcMessage, type ToolServer } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { McpHttp } from '../src/index.js';

vi.setConfig({ testTimeout: 60_000 });

const token = 'hunter2-of-the-suite';

/** The suite's server, behind Streamable HTTP: to die is to break every connection, and to forget every session. */
async function start(asEvents: boolean) {
  const sessions = new Map<string, ToolServer>();
  const receive = (message: RpcMessage, session: string | undefined, response: ServerResponse): void => {
    const isHandshake = message.method === 'initialize';
    const id = isHandshake ? randomUUID() : session;
    const server = isHandshake ? toolServer() : sessions.get(id ?? '');
    if (id === undefined || server === undefined) {
      response.writeHead(id === undefined ? 400 : 404).end();
      return;
    }
    sessions.set(id, server);
    const die = (): void => {
      sessions.clear();
      http.closeAllConnections();
    };
    if (message.id === undefined || message.method === undefined) {
      response.writeHead(202).end();
      server.receive(message, { send: () => undefined, die });
      return;
    }
    const type = asEvents ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, 'mcp-session-id': id });
    response.flushHeaders();
    server.receive(message, { send: (answer) => write(response, message.id, answer, asEvents), die });
  };
  const http = createServer((request, response) => {
    if (request.method === 'DELETE') sessions.delete(String(request.headers['mcp-session-id']));
    if (request.method !== 'POST') {
      response.writeHead(request.method === 'DELETE' ? 204 : 405).end();
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const session = request.headers['mcp-session-id'];
      // Our own client sends nothing else.
      receive(JSON.parse(text) as RpcMessage, typeof session === 'string' ? session : undefined, response);
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo; // it listens on a port
  const source = new McpHttp({
    url: `http://127.0.0.1:${port}/mcp`,
    name: 'suite',
    headers: { authorization: `Bearer ${token}` },
  });
  return {
    source,
    secrets: [token],
    close: () => source.close(),
    stop: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

/** A JSON answer is one message: for what else the server has to say there is no place. */
function write(response: ServerResponse, id: RpcMessage['id'], message: object, asEvents: boolean): void {
  if (response.writableEnded) return;
  const text = JSON.stringify(message);
  const isAnswer = 'id' in message && message.id === id;
  if (asEvents) response.write(`event: message\ndata: ${text}\n\n`);
  if (!isAnswer) return;
  // What is said in the same breath, a second answer for instance, is still heard.
  if (asEvents) setImmediate(() => response.end());
  else response.end(text);
}

const suite = (asEvents: boolean) => toolSourceConformance({ name: 'mcp-http', start: () => start(asEvents) });

test.each(suite(true))('answers as streams of events: $name', async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});

// Without a stream nobody hears that the list has changed.
test.each(suite(false).filter(({ name }) => !/adds|anew/.test(name)))('answers as JSON: $name', async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});
