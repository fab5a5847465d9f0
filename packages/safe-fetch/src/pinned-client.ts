import { isIPv6, type LookupFunction } from 'node:net';

import { buildConnector, Client } from 'undici';

import type { FetchRules } from './options.js';
import { SafeFetchError } from './safe-fetch-error.js';
import type { Target } from './target.js';
import type { Vetted } from './vetted-addresses.js';

/**
 * A client for one request that connects to the vetted addresses and to no other. TLS and the `host` header keep the name. It
 * reads nothing of the environment, uses no proxy, and shares nothing with other clients.
 *
 * @param signal closes its socket, also one that is still being connected
 */
export function pinnedClient(
  { url }: Target,
  { addresses, isAllowed }: Vetted,
  rules: FetchRules,
  signal: AbortSignal,
): Client {
  const connect = buildConnector({
    signal,
    lookup: pinnedLookup(addresses),
    autoSelectFamily: true,
    timeout: rules.connectTimeoutMs,
    keepAlive: false,
    allowH2: false,
    maxCachedSessions: 0,
    rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
    ...(rules.ca === undefined ? {} : { ca: typeof rules.ca === 'string' ? rules.ca : [...rules.ca] }),
  });
  return new Client(url.origin, {
    // The deadline of the whole fetch watches over the answer.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 16_384,
    useMilo: false, // or the environment would choose the parser
    pipelining: 0, // "connection: close"
    allowH2: false,
    connect(options, callback) {
      connect(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        const { remoteAddress } = socket;
        if (remoteAddress !== undefined && isAllowed(remoteAddress)) return callback(null, socket);
        // 0.0.0.0 and :: lead to another address than they say; no other one should.
        socket.destroy();
        callback(new SafeFetchError(remoteAddress === undefined ? 'connection' : 'address'), null);
      });
    },
  });
}

function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, { all = false }, callback) => {
    if (all) return callback(null, answers);
    const [first] = answers;
    if (first === undefined) return callback(new SafeFetchError('dns'), '');
    callback(null, first.address, first.family);
  };
}
