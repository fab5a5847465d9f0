import type { JsonWebKey } from 'node:crypto';

import type { KeySetSubject } from './authenticator-under-test.js';
import type { LoopbackServerOptions } from '../loopback/loopback-server-options.js';
import { upstreamServer, type UpstreamServer } from './upstream-server.js';

/** A server that publishes a key set at every path. */
export interface KeySetServer extends UpstreamServer, Pick<KeySetSubject, 'publish'> {}

/** Starts a server on loopback with a JSON Web Key Set (RFC 7517, section 5) that can change, and fail as `upstreamServer` does. */
export async function keySetServer(
  keys: readonly JsonWebKey[],
  options: LoopbackServerOptions = {},
): Promise<KeySetServer> {
  let published = keys;
  const server = await upstreamServer(() => ({ body: { keys: published } }), options);
  return {
    ...server,
    publish(next) {
      published = next;
    },
  };
}
