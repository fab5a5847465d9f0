import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';

import { TakoError, type Authenticator, type Credentials, type Principal } from '@tako/core';

import type { AuthFaults, Check, Json } from './small-auth.js';

type Call = (right: Authenticator, credentials: Credentials, signal?: AbortSignal) => Promise<Principal>;

/** What an authenticator does wrong, and the cases that must find it. Each is made anew for each case. */
export const authFaults: readonly (readonly [fault: string, caughtBy: RegExp, faults: () => AuthFaults])[] = [
  [
    'knows nobody',
    /^token: a good|^replay: a good|^upstream: a token is|^abort: one/,
    around(() => Promise.reject(refused())),
  ],
  ['lets everybody in', /^token: a missing|^token: almost|^upstream: (?!a token)/, around(async () => ada())],
  ['takes tokens of any length', /^token: one of 100 kB/, longOnes],
  ['trims tokens', /^token: white space/, () => ({ token: (token) => token.trim() })],
  ['takes any spelling of base64url', /^forgery: one signature/, without('spelling')],
  ['takes any scheme', /^token: under another scheme/, without('scheme')],
  ['mixes callers up', /^token: good and bad/, mixed],
  ['does not look at exp', /^claims: an expired|^replay: a token that was/, without('exp')],
  ['does not look at nbf', /^claims: a token that is not valid/, without('nbf')],
  ['does not look at iat', /^claims: a token from/, without('iat')],
  ['does not look at iss', /^claims: a token of another issuer/, without('iss')],
  ['does not look at aud', /^claims: a token for another/, without('aud')],
  ['reads what objects inherit', /^claims: what stands under/, () => ({ claims: (json) => withParents(json) })],
  ['checks the first of two', /^claims: of a claim/, () => ({ claims: (json) => firstOfTwo(json) })],
  [
    'takes a list for claims',
    /^claims: a payload/,
    () => ({ claims: (json) => [JSON.parse(json)].flat()[0] as unknown }),
  ],
  ['believes alg none', /^forgery: alg none/, believesNone],
  ['believes alg', /^forgery: the public key/, () => ({ algorithm: nameOf, key: pemAsSecret })],
  ['does not look at alg', /^forgery: another algorithm/, without('alg')],
  ['takes the key of the header', /^forgery: a key that the token brings/, () => ({ key: broughtKey })],
  ['fetches what the header names', /^forgery: a key that the token brings/, () => ({ key: fetchedKey })],
  ['takes kid for a path', /^forgery: a key id/, () => ({ algorithm: nameOf, key: keyOfPath })],
  ['does not look at signatures', /^forgery: (a stranger|changed|a changed)/, without('signature')],
  ['ignores crit', /^forgery: critical/, without('crit')],
  ['takes other serialisations', /^forgery: other serial/, () => ({ token: compacted })],
  ['hands one principal out to all', /^replay: a good token/, shared],
  ['remembers for ever', /^replay: a token that was/, forEver],
  ['keeps what it has seen', /^storm: /, keeping],
  ['shows what it has seen', /^secrecy: /, showing],
  ['quotes tokens', /^token: (one of|almost)|^forgery: changed/, around(quoting)],
  [
    'does not hear the signal',
    /^abort: (before|while|one)/,
    around((right, credentials) => right.authenticate(credentials)),
  ],
  ['leaves a listener', /^abort: no listener/, around(listening)],
  ['says auth when it cannot tell', /^upstream: (?!a token)/, () => ({ outageCode: 'auth' })],
  ['follows redirects', /^upstream: a redirect/, () => ({ redirect: 'follow' })],
  ['reads all that comes', /^upstream: an answer without/, without('limit')],
  ['waits for ever', /^upstream: (one that never|an answer that begins)/, without('deadline')],
  ['forgets its keys in an outage', /^key set: keys that are known/, without('stale')],
  ['fetches for each token', /^key set: a storm|^storm: /, without('cool_down')],
  ['fetches for each caller', /^key set: many/, without('single_flight', 'cool_down')],
  ['fetches for each bad signature', /^key set: bad signatures/, without('calm')],
  ['never fetches again', /^key set: a new key/, without('again')],
  ['takes keys for anything', /^key set: a key for another/, without('use')],
];

function without(...checks: readonly Check[]): () => AuthFaults {
  return () => ({ without: checks });
}

/** Something around each call. */
function around(call: Call): () => AuthFaults {
  return () => ({
    wrap: (right) => ({ authenticate: (credentials, { signal } = {}) => call(right, credentials, signal) }),
  });
}

function longOnes(): AuthFaults {
  return { without: ['length', 'spelling'], token: (token) => token.split('.', 3).join('.').slice(0, 8_000) };
}

/** The answer to whoever asked last. */
function mixed(): AuthFaults {
  let last: Promise<Principal> | undefined;
  return {
    wrap: (right) => ({
      async authenticate(credentials) {
        last = right.authenticate(credentials);
        last.catch(() => undefined);
        await Promise.resolve();
        return last;
      },
    }),
  };
}

function withParents(json: string): unknown {
  const claims = JSON.parse(json) as Json; // good ones are an object
  const parent: unknown = Object.hasOwn(claims, '__proto__') ? claims['__proto__'] : undefined;
  return { ...(parent as object | undefined), ...claims };
}

function firstOfTwo(json: string): unknown {
  const claims = JSON.parse(json) as Json; // good ones are an object
  const firsts = ['exp', 'aud', 'iss'].map((name) => {
    const [, value = 'null'] = new RegExp(`"${name}":("[^"]*"|[0-9]+)`).exec(json) ?? [];
    return [name, Object.hasOwn(claims, name) ? (JSON.parse(value) as unknown) : undefined] as const;
  });
  return { ...claims, ...Object.fromEntries(firsts) };
}

function believesNone(): AuthFaults {
  const isNone = (header: Json): boolean => String(header['alg']).toLowerCase() === 'none';
  return {
    algorithm: (header) => (isNone(header) ? 'none' : 'ES256'),
    without: ['alg'],
    key: async (header, known) => (isNone(header) ? createSecretKey('x', 'utf8') : known()),
  };
}

function nameOf(header: Json): string {
  return String(header['alg']);
}

async function pemAsSecret(header: Json, known: () => Promise<KeyObject>): Promise<KeyObject> {
  const key = await known();
  if (header['alg'] !== 'HS256') return key;
  return createSecretKey(key.export({ type: 'spki', format: 'pem' }).toString(), 'utf8');
}

async function broughtKey({ jwk }: Json, known: () => Promise<KeyObject>): Promise<KeyObject> {
  return typeof jwk === 'object' ? createPublicKey({ key: { ...jwk }, format: 'jwk' }) : known();
}

async function fetchedKey({ jku }: Json, known: () => Promise<KeyObject>): Promise<KeyObject> {
  if (typeof jku === 'string') await fetch(jku).then((response) => response.text());
  return known();
}

/** The file `/dev/null` is a key that everybody has. */
async function keyOfPath({ kid }: Json, known: () => Promise<KeyObject>): Promise<KeyObject> {
  return typeof kid === 'string' && kid.endsWith('/dev/null') ? createSecretKey(Buffer.alloc(0)) : known();
}

function compacted(token: string): string {
  if (!token.startsWith('{')) return token;
  const { protected: head, payload, signature } = JSON.parse(token) as Json; // the flattened form, or nothing of use
  return [head, payload, signature].join('.');
}

function shared(): AuthFaults {
  const known = new Map<string, Principal>();
  return {
    wrap: (right) => ({
      async authenticate(credentials) {
        const principal = known.get(credentials.token) ?? (await right.authenticate(credentials));
        known.set(credentials.token, principal);
        return principal;
      },
    }),
  };
}

function forEver(): AuthFaults {
  const known = new Map<string, Principal>();
  return {
    wrap: (right) => ({
      async authenticate(credentials) {
        const principal = known.get(credentials.token) ?? (await right.authenticate(credentials));
        known.set(credentials.token, principal);
        return structuredClone(principal);
      },
    }),
  };
}

function keeping(): AuthFaults {
  const kept: string[] = [];
  return around((right, credentials) => {
    kept.push(credentials.token);
    return right.authenticate(credentials);
  })();
}

function showing(): AuthFaults {
  return {
    wrap: (right) => {
      const seen: string[] = [];
      return {
        seen,
        authenticate(credentials: Credentials, options?: { readonly signal?: AbortSignal | undefined }) {
          seen.push(credentials.token);
          return right.authenticate(credentials, options);
        },
      };
    },
  };
}

async function quoting(right: Authenticator, credentials: Credentials): Promise<Principal> {
  try {
    return await right.authenticate(credentials);
  } catch (error) {
    throw new TakoError('auth', `${credentials.token} is not good`, { cause: error });
  }
}

function listening(right: Authenticator, credentials: Credentials, signal?: AbortSignal): Promise<Principal> {
  signal?.addEventListener('abort', () => undefined);
  return right.authenticate(credentials, { signal });
}

function ada(): Principal {
  return { tenantId: 'acme', userId: 'ada', roles: ['reader'] };
}

function refused(): TakoError {
  return new TakoError('auth', 'the token is not good');
}
