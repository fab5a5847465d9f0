import { randomBytes } from 'node:crypto';

import type { ErrorCode, SecretResolver, TakoError } from '@tako/core';

import { expectCode, expectEqual, expectThat, shown, within } from '../../conformance/bench/expectation.js';
import { leaks } from '../scan/leaks.js';
import type { VendorFault, VendorRequest } from '../server/vendor-server.js';
import type { SecretResolverUnderTest, SecretStoreUnderTest } from './store-under-test.js';

/** One case before it knows its resolver. */
export interface SecretCase {
  readonly name: string;
  readonly run: (bench: SecretBench) => Promise<void>;
}

/** No case waits longer for one answer, in milliseconds. */
const patienceMs = 10_000;

/** What the cases need, in few words. Everything that comes out of a resolver through it is searched for secrets. */
export class SecretBench {
  readonly underTest: SecretResolverUnderTest;
  readonly store: SecretStoreUnderTest;
  readonly #values: string[] = [];
  readonly #resolvers: SecretResolver[] = [];

  constructor(underTest: SecretResolverUnderTest, store: SecretStoreUnderTest) {
    this.underTest = underTest;
    this.store = store;
  }

  /** A resolver with a limit that no honest answer meets. */
  resolver(timeoutMs = 5_000): SecretResolver {
    const resolver = this.store.resolver({ timeoutMs });
    this.#resolvers.push(resolver);
    return resolver;
  }

  /** A value that occurs nowhere by chance. */
  value(): string {
    const value = `Val-${randomBytes(18).toString('base64url')}`;
    this.#values.push(value);
    return value;
  }

  /** Stores a fresh value under `name`. */
  async put(name = 'conformance-secret', value: string = this.value()): Promise<Stored> {
    return { name, value, ...(await this.store.put(name, value)) };
  }

  /** Puts `fault` between the store and its clients, for secrets alone. */
  fault(fault: VendorFault | ((request: VendorRequest) => VendorFault)): void {
    this.store.server.intercept((request) => {
      if (!this.store.isSecretRequest(request)) return undefined;
      return typeof fault === 'function' ? fault(request) : fault;
    });
  }

  /** How often the store was asked for a secret. */
  get asked(): number {
    return this.store.server.requests.filter((request) => this.store.isSecretRequest(request)).length;
  }

  /** All that was asked of the server, requests for tokens included. */
  get requests(): number {
    return this.store.server.requests.length;
  }

  async expectValue(resolver: SecretResolver, key: string, value: string): Promise<void> {
    const secret = await within(patienceMs, resolver.resolve(key), 'the secret is resolved');
    expectEqual(secret.expose(), value, `the value of ${key}`);
    this.#expectNoLeak(secret);
  }

  /** Takes the failure of `asking`, which must have one of `codes`, name the key, and show no secret. */
  async expectFailure(
    asking: Promise<unknown>,
    { key, name = key }: { readonly key: string; readonly name?: string | undefined },
    ...codes: readonly ErrorCode[]
  ): Promise<TakoError> {
    const failure = asking.then(
      (value) => {
        throw new Error(`expected an error ${codes.join(' or ')}, and ${key} was resolved: ${shown(value)}`);
      },
      (error: unknown) => error,
    );
    const error = expectCode(await within(patienceMs, failure, 'the failure'), `resolve(${key})`, ...codes);
    if (error.code !== 'cancelled') {
      expectThat(error.message.includes(name), `the error names the key "${name}", got "${error.message}"`);
    }
    this.#expectNoLeak(error);
    return error;
  }

  /** Ends a case: nothing that it made holds a secret where it shows. */
  finish(): void {
    for (const resolver of this.#resolvers) this.#expectNoLeak(resolver);
  }

  #expectNoLeak(output: unknown): void {
    const found = leaks([...this.#values, ...this.store.credentials], output);
    expectThat(
      found.length === 0,
      `no secret shows, and there is one in ${found.map(({ where }) => where).join(', ')}`,
    );
  }
}

/** A secret that a case has stored. */
export interface Stored {
  readonly name: string;
  readonly value: string;
  readonly key: string;
  readonly versionKey?: string | undefined;
}
