import type { ErrorCode } from '../error/error-code.js';
import { invalidOptions } from '../error/make-error.js';
import { isTakoError } from '../error/tako-error.js';
import type { SecretResolver } from './secret-resolver.js';

/** Options of `chainResolvers`. */
export interface ChainResolversOptions {
  /**
   * The failures after which the next resolver is asked. Add `transport` and `timeout` where a second store stands in for the first
   * when that is down, and `invalid` where the resolvers' keys look different. `cancelled` always ends the asking.
   *
   * @defaultValue `['not_found']`: an outage or a refusal never makes another store's value be used silently
   */
  readonly continueOn?: readonly ErrorCode[] | undefined;
}

/**
 * Several resolvers as one: each is asked in turn until one has the secret.
 *
 * When none has it, the first error that is not `not_found` is thrown, so that an outage does not look like a missing secret;
 * else the last one.
 *
 * @throws `invalid` at construction when there is no resolver; what the resolvers throw.
 */
export function chainResolvers(
  resolvers: readonly SecretResolver[],
  options: ChainResolversOptions = {},
): SecretResolver {
  const { continueOn = ['not_found'] } = options;
  const chain = [...resolvers];
  if (chain.length === 0) throw invalidOptions('chainResolvers', 'there must be at least one resolver');

  const resolve: SecretResolver['resolve'] = async (key, resolveOptions) => {
    const errors: unknown[] = [];
    for (const resolver of chain) {
      try {
        return await resolver.resolve(key, resolveOptions);
      } catch (error) {
        errors.push(error);
        if (!isTakoError(error) || !continueOn.includes(error.code) || error.code === 'cancelled') break;
      }
    }
    throw errors.find((error) => !isTakoError(error, 'not_found')) ?? errors.at(-1);
  };
  return { resolve, secret: (key) => () => resolve(key) };
}
