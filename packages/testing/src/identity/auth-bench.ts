import { setImmediate } from 'node:timers/promises';

import type { ErrorCode, Principal, TakoError } from '@tako/core';

import { expectCode, expectEqual, expectThat, within } from '../conformance/bench/expectation.js';
import { leaks } from '../secrets/scan/leaks.js';
import type {
  AuthFeature,
  AuthSubject,
  KeySetSubject,
  MintedToken,
  TokenSubject,
  UpstreamSubject,
} from './authenticator-under-test.js';
import { newSigner, signToken, type TokenContent, type TokenSigner } from './sign-token.js';

/** One case before it knows its authenticator. */
export interface AuthCase {
  readonly name: string;
  /** Left out where the authenticator lacks any of these. */
  readonly needs?: readonly AuthFeature[] | undefined;
  readonly run: (bench: AuthBench) => Promise<void>;
}

/** The codes of "that cannot be told now". */
export const outageCodes: readonly ErrorCode[] = [
  'transport',
  'timeout',
  'rate_limited',
  'circuit_open',
  'budget_exhausted',
];

/** No answer takes longer than this, in real milliseconds. */
const patienceMs = 10_000;

/** What the cases need, in few words. */
export class AuthBench {
  readonly subject: AuthSubject;

  constructor(subject: AuthSubject) {
    this.subject = subject;
  }

  get jwt(): TokenSubject {
    return provided(this.subject.jwt, 'jwt');
  }

  get upstream(): UpstreamSubject {
    return provided(this.subject.upstream, 'upstream');
  }

  get keySet(): KeySetSubject {
    return provided(this.subject.keySet, 'key_set');
  }

  get lifetimeMs(): number {
    return provided(this.subject.lifetimeMs, 'expiry');
  }

  mint(): Promise<MintedToken> {
    return Promise.resolve(this.subject.mint());
  }

  /** Signed as good tokens are, with other claims, or other content altogether. */
  sign(claims: { readonly [name: string]: unknown } | TokenContent['payload'] = {}, header: object = {}): string {
    const isRaw = typeof claims === 'string' || claims instanceof Uint8Array;
    return this.signAs(this.jwt.signer, isRaw ? claims : { ...this.jwt.claims(), ...claims }, header);
  }

  /** Signed by somebody, with the header that good tokens have. */
  signAs(signer: TokenSigner, payload: TokenContent['payload'] = this.jwt.claims(), header: object = {}): string {
    return signToken(signer, { header: { ...this.jwt.header, ...header }, payload });
  }

  /** Somebody with the same algorithm, and a key that the authenticator does not know. */
  stranger(keyId: string | undefined = this.jwt.signer.keyId): Promise<TokenSigner> {
    return newSigner(this.jwt.signer.algorithm, keyId);
  }

  authenticate(token: string, signal?: AbortSignal, scheme: string = 'bearer'): Promise<Principal> {
    const answer = Promise.resolve(this.subject.authenticator.authenticate({ token, scheme }, { signal }));
    return within(patienceMs, answer, 'authenticate');
  }

  async expectAccepted(token: string, what: string): Promise<void> {
    const { principal } = await this.mint();
    expectEqual(await this.authenticate(token), principal, what);
  }

  /** The token is not good: `auth`, not retryable, and nothing of it shows. */
  async expectRefused(token: string, what: string, scheme: string = 'bearer'): Promise<void> {
    const error = expectCode(await this.failure(token, scheme), what, 'auth');
    expectThat(!error.retryable, `${what}: an auth error must not be retryable`);
    expectHidden(error, token, what);
  }

  /** Whether the token is good cannot be told now. */
  async expectOutage(token: string, what: string): Promise<TakoError> {
    const error = expectCode(await this.failure(token), what, ...outageCodes);
    expectHidden(error, token, what);
    return error;
  }

  async failure(token: string, scheme?: string): Promise<unknown> {
    return this.authenticate(token, undefined, scheme).then(
      () => undefined,
      (error: unknown) => error ?? new Error('rejected with nothing'),
    );
  }

  /** Waits until the upstream was asked again. */
  async untilAsked(before: number): Promise<void> {
    const endsAtMs = performance.now() + patienceMs;
    while (this.upstream.requests() <= before) {
      if (performance.now() > endsAtMs) throw new Error('the upstream was not asked');
      await setImmediate();
    }
  }

  /** Lets time pass until `promise` settles, `ms` at a time, 20 times at most. */
  async passUntil(ms: number, promise: Promise<unknown>): Promise<void> {
    const state = { settled: false };
    const settle = (): void => {
      state.settled = true;
    };
    promise.then(settle, settle);
    for (let turn = 0; turn < 20 && !state.settled; turn++) {
      await this.subject.pass(ms);
      for (let wait = 0; wait < 10 && !state.settled; wait++) await setImmediate();
    }
  }
}

/** @throws when the token, or 16 characters in a row of it, shows in what can be seen of a value. */
export function expectHidden(value: unknown, token: string, what: string): void {
  // A short one may be a word that stands everywhere; of one without end the beginning will do.
  if (typeof token !== 'string' || token.length < 24) return;
  const [leak] = leaks([token.slice(0, 2_000)], value);
  if (leak !== undefined) throw new Error(`${what}: the token shows in ${leak.where}`);
}

function provided<T>(value: T | undefined, feature: AuthFeature): T {
  if (value === undefined) throw new Error(`the subject has no ${feature}: provide it, or say why it is lacked`);
  return value;
}
