import { invalidOptions, type HttpTransport } from '@tako/core';
import { secureUrl, vaultSend, vaultStatusError, type Fetch } from '@tako/core/provider';

import { isAlgorithm, keyShapes, type PublicKeyAlgorithm } from './jwt-algorithm.js';
import type { JwtKeys } from './jwt-keys.js';
import { keySet } from './key-set.js';
import { source } from './source.js';

/** Options of `jwksUrl`. Times are in milliseconds. */
export interface JwksUrlOptions {
  /** No other is taken, whatever a token or a key says. @defaultValue `['RS256']` */
  readonly algorithms?: readonly PublicKeyAlgorithm[] | undefined;
  /** There is at most one request in this time, whatever tokens come and whether it succeeds. @defaultValue 30 000 */
  readonly coolDownMs?: number | undefined;
  /** Older keys are fetched anew. @defaultValue 600 000 */
  readonly maxAgeMs?: number | undefined;
  /** As long as this, old keys are used while they cannot be fetched. @defaultValue 86 400 000, a day */
  readonly maxStaleMs?: number | undefined;
  /** For one request. @defaultValue 5 000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`, for example with a certificate authority of your own. */
  readonly transport?: HttpTransport | undefined;
}

/**
 * Keys of a JSON Web Key Set (RFC 7517, section 5) at an address, fetched when the first token comes.
 *
 * No redirect is followed, and no answer beyond 1 MiB is read. Two keys that a token may mean are none: `kid` tells them apart.
 *
 * @param url https, or http on exactly `localhost`, `127.0.0.1` or `[::1]`
 * @throws `invalid` for any other address, or options that cannot work
 */
export function jwksUrl(url: string | undefined, options: JwksUrlOptions = {}): JwtKeys {
  const { algorithms = ['RS256'], coolDownMs = 30_000, maxAgeMs = 600_000, maxStaleMs = 86_400_000 } = options;
  const { timeoutMs = 5_000, fetch = (address, init) => globalThis.fetch(address, init), transport } = options;
  const address = checkedUrl(url ?? '');
  if (algorithms.length === 0 || !algorithms.every((name) => isAlgorithm(name) && keyShapes[name].type !== 'oct')) {
    throw invalidOptions(source, 'algorithms must name algorithms of public keys');
  }
  for (const [option, value] of Object.entries({ coolDownMs, maxAgeMs, maxStaleMs, timeoutMs })) {
    if (!(value > 0)) throw invalidOptions(source, `${option} must be more than 0`);
  }
  const send = vaultSend(transport ?? fetch, source);
  return keySet({
    algorithms: [...algorithms],
    timeoutMs,
    maxAgeMs,
    maxStaleMs: Math.max(maxAgeMs, maxStaleMs),
    coolDownMs,
    async load(signal, clock) {
      const headers = { accept: 'application/jwk-set+json, application/json' };
      const answer = await send({ method: 'GET', url: address, headers, signal, what: 'the keys' });
      if (answer.status !== 200) throw vaultStatusError(answer, source, 'the keys', clock.now());
      return answer.json;
    },
  });
}

/** A query may be part of the address of a key set; what else there may be is as strict as elsewhere. */
function checkedUrl(text: string): string {
  secureUrl(text.replace(/\?[^#]*/, ''), source, 'the address of the key set');
  return new URL(text).href;
}
