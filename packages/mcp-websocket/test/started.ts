import { onTestFinished } from 'vitest';

import { McpWebSocket, type McpWebSocketOptions } from '../src/index.js';
import { WsServer, type Behaviour, type WsServerOptions } from './ws-server.js';

/** A server, and a client of it; both end with the test. */
export async function started(server: WsServerOptions = {}, options: Partial<McpWebSocketOptions> = {}) {
  const ws = new WsServer(server);
  const client = new McpWebSocket({ url: await ws.listen(), name: 'docs', ...options });
  onTestFinished(() => client.close());
  return { server: ws, client };
}

/** Does something of its own in calls of tools alone. */
export const inCall =
  (act: Behaviour): Behaviour =>
  (message, socket, server) =>
    message.method === 'tools/call' && act(message, socket, server);
