import type { JsonWebKey } from 'node:crypto';

import type { Authenticator, Principal } from '@tako/core';

import type { TokenSigner } from './sign-token.js';

/**
 * What an authenticator may have, each with cases of its own.
 *
 * - `expiry`: tokens that end
 * - `jwt`: tokens are JWTs with `exp`, `iss` and `aud`, which the suite can sign
 * - `upstream`: something that is asked over the network: a key set, an introspection endpoint, a vault
 * - `key_set`: that something is a JSON Web Key Set; needs `jwt` and `upstream` too
 */
export type AuthFeature = 'expiry' | 'jwt' | 'upstream' | 'key_set';

/** An authenticator as the conformance suite takes it. */
export interface AuthenticatorUnderTest {
  /** For example `jwt (ES256, key set by URL)`. */
  readonly name: string;
  /** Everything anew: the suite calls it for each case, and `close` after it. */
  readonly make: () => AuthSubject | Promise<AuthSubject>;
  /** What it lacks, each with the reason; those cases are left out of the list. */
  readonly lacks?: { readonly [Feature in AuthFeature]?: string | undefined } | undefined;
}

/** One authenticator, and what is around it. */
export interface AuthSubject {
  readonly authenticator: Authenticator;
  /** A token that is good now, with whom it stands for. */
  readonly mint: () => MintedToken | Promise<MintedToken>;
  /** Lets time pass on the authenticator's clock, its timers included. */
  readonly pass: (ms: number) => void | Promise<void>;
  /** Feature `expiry`: a minted token is no longer good after so many milliseconds, every leeway included. */
  readonly lifetimeMs?: number | undefined;
  readonly jwt?: TokenSubject | undefined;
  readonly upstream?: UpstreamSubject | undefined;
  readonly keySet?: KeySetSubject | undefined;
  readonly close?: (() => void | Promise<void>) | undefined;
}

/** A good token. */
export interface MintedToken {
  readonly token: string;
  readonly principal: Principal;
}

/** How the suite signs tokens by itself. */
export interface TokenSubject {
  readonly signer: TokenSigner;
  /** Header parameters that the authenticator asks for, besides `alg` and `kid`. @defaultValue `{ typ: 'JWT' }` */
  readonly header?: { readonly [name: string]: unknown } | undefined;
  /** The claims of a token that is good now, for the principal that `mint` gives; `aud` is one text, `exp` a number. */
  readonly claims: () => { readonly [name: string]: unknown };
  /** Milliseconds since 1970-01-01 UTC by the authenticator's clock. */
  readonly nowMs: () => number;
}

/**
 * What is wrong with every answer: the connection breaks, status 500, a redirect to a place where the right answer is, none until
 * the fault is gone, one that begins and does not go on until then, a page that is not JSON, JSON that is not what was asked for, a right one that is made 100 MB long.
 */
export type UpstreamFault = 'refused' | 'error' | 'redirect' | 'hangs' | 'stalls' | 'garbage' | 'lies' | 'huge';

/** What the authenticator asks. */
export interface UpstreamSubject {
  /** How many requests have arrived, redirects that were followed included. */
  readonly requests: () => number;
  /** From now on every answer has this fault; `undefined` ends it, and answers requests that hang. */
  readonly fail: (fault: UpstreamFault | undefined) => void;
  /** After so many milliseconds the authenticator gives up an answer. */
  readonly timeoutMs: number;
}

/** The key set that the upstream answers with. */
export interface KeySetSubject {
  /** The shortest time between two requests, in milliseconds. */
  readonly coolDownMs: number;
  /** From now on the key set has these keys. */
  readonly publish: (keys: readonly JsonWebKey[]) => void;
}
