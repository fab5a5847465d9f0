import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** A frame as a real implementation of protobuf reads and writes it. */
export type Frame = { readonly line?: string } | { readonly json?: string };

/** What a server writes: a frame, or bytes that may be none. */
export type Outgoing = Frame | Buffer;

const require = createRequire(import.meta.url);
const theirs = join(dirname(require.resolve('mcp-grpc-transport/package.json')), 'proto/mcp/transport/v1/mcp.proto');
const ours = fileURLToPath(new URL('../proto/tako/mcp/v1/mcp.proto', import.meta.url));

/** Both services, from the files that describe them. */
export const services = {
  'mcp.transport.v1': { file: theirs, field: 'line' },
  'tako.mcp.v1': { file: ours, field: 'json' },
} as const;

/** The name of a service. */
export type ServiceName = keyof typeof services;

/** The definition of a service for `Server.addService`. */
export function sessionService(name: ServiceName): ServiceDefinition {
  const loaded = loadSync(services[name].file)[`${name}.Mcp`];
  const session = loaded !== undefined && 'Session' in loaded ? loaded['Session'] : undefined;
  if (session === undefined || typeof session === 'string') throw new Error(`${name} has no session`);
  const method = session as MethodDefinition<Frame, Frame>; // by its file
  return {
    session: {
      ...method,
      responseSerialize: (frame: Outgoing) => (Buffer.isBuffer(frame) ? frame : method.responseSerialize(frame)),
    },
  };
}

/** The text of a frame. */
export function textOfFrame(frame: Frame): string {
  return ('line' in frame ? frame.line : 'json' in frame ? frame.json : undefined) ?? '';
}
