import type { AddressInfo } from 'node:net';

import { toolServer, toolSourceConformance, type RpcMessage } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';

import { McpWebSocket } from '../src/index.js';

vi.setConfig({ testTimeout: 60_000 });

const token = 'hunter2-of-the-suite';

/** The suite's server, behind WebSockets: to die is to break every connection. */
async function start() {
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => {
    sockets.once('listening', resolve);
  });
  sockets.on('connection', (socket) => {
    const server = toolServer();
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      server.receive(
        JSON.parse(new TextDecoder().decode(Array.isArray(data) ? Buffer.concat(data) : data)) as RpcMessage,
        {
          send: (message) => socket.send(JSON.stringify(message)),
          die: () => {
            for (const each of sockets.clients) each.terminate();
          },
        },
      ); // our own client sends nothing else
    });
  });
  const { port } = sockets.address() as AddressInfo; // it listens on a port
  const source = new McpWebSocket({
    url: `ws://127.0.0.1:${port}/`,
    name: 'suite',
    headers: { authorization: `Bearer ${token}` },
  });
  return {
    source,
    secrets: [token],
    close: () => source.close(),
    stop: () =>
      new Promise<void>((resolve) => {
        for (const each of sockets.clients) each.terminate();
        sockets.close(() => resolve());
      }),
  };
}

test.each(toolSourceConformance({ name: 'mcp-websocket', start }))('$name', async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});
