import { tcpFaultProxy } from '@tako/testing';
import { expect, onTestFinished } from 'vitest';

import { McpGrpc, type McpGrpcOptions } from '../src/index.js';
import { GrpcServer, type Behaviour, type GrpcServerOptions } from './grpc-server.js';

/** A server, and a client of it. */
export async function started(server: GrpcServerOptions = {}, options: Partial<McpGrpcOptions> = {}) {
  const grpc = new GrpcServer(server);
  const client = new McpGrpc({ url: await grpc.listen(), name: 'docs', service: server.service, ...options });
  onTestFinished(() => client.close());
  return { server: grpc, client };
}

/** A server, a proxy in front of it that makes connections fail, and a client of that. */
export async function proxied(server: GrpcServerOptions = {}, options: Partial<McpGrpcOptions> = {}) {
  const grpc = new GrpcServer(server);
  await grpc.listen();
  const proxy = await tcpFaultProxy({ target: { host: '127.0.0.1', port: grpc.port } });
  onTestFinished(() => proxy.close());
  const client = new McpGrpc({ url: `http://127.0.0.1:${proxy.port}`, name: 'docs', ...options });
  onTestFinished(() => client.close());
  return { server: grpc, proxy, client };
}

/** Does something of its own in calls of tools alone. */
export const inCall =
  (act: Behaviour): Behaviour =>
  (message, session, server) =>
    message.method === 'tools/call' && act(message, session, server);

/** For `toMatchObject`. */
export const containing = (text: string): unknown => expect.stringContaining(text);
