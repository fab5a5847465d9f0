import type { SecretResolver } from '@tako/core';

import type { VendorAnswer, VendorRequest, VendorServer } from '../server/vendor-server.js';

/** How a store says no. `down` is its own failure, a status of 500 or more. */
export type RefusalKind = 'forbidden' | 'unauthorized' | 'missing' | 'throttled' | 'down';

/** The keys of a secret that was stored. */
export interface StoredSecret {
  /** Of the newest version, whichever that is when it is read. */
  readonly key: string;
  /** Of exactly this version; absent for stores without versions, or whose keys cannot name them. */
  readonly versionKey?: string | undefined;
}

/** A store with a server of its own, empty, and resolvers for it. */
export interface SecretStoreUnderTest {
  readonly server: VendorServer;
  /** A new resolver with a credential that the store takes, and without a cache. */
  resolver(options: { readonly timeoutMs?: number | undefined }): SecretResolver;
  /** Stores a value as the newest version of a secret. Names are made of `a-z`, `0-9` and hyphens. */
  put(name: string, value: string): StoredSecret | Promise<StoredSecret>;
  /** Whether a request is for a secret, and not for a token. */
  isSecretRequest(request: VendorRequest): boolean;
  /** A refusal in the vendor's own form, with `text` as its message. `throttled` asks for 7 seconds, where the vendor can. */
  refusal(kind: RefusalKind, text: string): VendorAnswer;
  /** What must show nowhere: tokens and keys that were used until now. */
  readonly credentials: readonly string[];
  close(): Promise<void>;
}

/** A resolver as the conformance suite takes it. */
export interface SecretResolverUnderTest {
  /** For example `vault (approle)`. */
  readonly name: string;
  /** Called for each case. */
  readonly start: () => Promise<SecretStoreUnderTest>;
  /** What the vendor cannot do, each with the reason. */
  readonly lacks?: { readonly retryAfter?: string | undefined } | undefined;
}
