import {
  providerError,
  secureUrl,
  shownKey,
  splitSecretKey,
  vaultSend,
  vaultStatusError,
  withDeadline,
  type Fetch,
  type VaultAnswer,
} from '@tako/core/provider';
import { Secret, systemClock, type ResolveOptions, type SecretResolver } from '@tako/core';

/** What a fault changes in a resolver that is right. */
export interface ShelfFaults {
  readonly check?: ((key: string) => { readonly name: string }) | undefined;
  readonly fetch?: Fetch | undefined;
  readonly read?: ((answer: VaultAnswer, right: (answer: VaultAnswer) => Secret) => Secret) | undefined;
  readonly fail?: ((answer: VaultAnswer, right: Error, token: string) => Error) | undefined;
  readonly resolve?: ((right: SecretResolver['resolve']) => SecretResolver['resolve']) | undefined;
  readonly secret?: ((right: SecretResolver) => SecretResolver['secret']) | undefined;
  readonly send?: ((url: string, token: string, signal: AbortSignal) => Promise<VaultAnswer>) | undefined;
}

/** A resolver for a fake Vault's `secret/data/`, small enough to be seen to be right. Keys are `name`. */
export function shelf(url: string, token: string, timeoutMs = 5_000, faults: ShelfFaults = {}): SecretResolver {
  const source = 'shelf';
  const clock = systemClock(globalThis);
  const base = secureUrl(url, source, 'url').origin;
  const { check = (key) => splitSecretKey(key, source), fetch = (at, init) => globalThis.fetch(at, init) } = faults;
  const deliver = vaultSend(fetch, source);
  const right = ({ json }: VaultAnswer, shown: string): Secret => {
    const value: unknown = Object(Object(Object(json)['data'])['data'])['value'];
    if (typeof value === 'string') return new Secret(value);
    throw providerError('malformed_response', `${source}: ${shown}: no value`);
  };

  const resolve = async (key: string, { signal }: ResolveOptions = {}): Promise<Secret> => {
    const { name } = check(key);
    const shown = shownKey(key);
    return withDeadline({ source, what: shown, timeoutMs, clock, signal }, async (during) => {
      const at = `${base}/v1/secret/data/${encodeURIComponent(name)}`;
      const headers = { 'x-vault-token': token };
      const answer = await (faults.send?.(at, token, during) ??
        deliver({ method: 'GET', url: at, headers, signal: during, what: shown }));
      if (answer.status === 200) return faults.read?.(answer, (given) => right(given, shown)) ?? right(answer, shown);
      const error = vaultStatusError(answer, source, shown, clock.now());
      throw faults.fail?.(answer, error, token) ?? error;
    });
  };
  const asked = faults.resolve?.(resolve) ?? resolve;
  const resolver: SecretResolver = { resolve: asked, secret: (key) => () => asked(key) };
  return { ...resolver, secret: faults.secret?.(resolver) ?? resolver.secret };
}
