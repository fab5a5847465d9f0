import { redact } from '../author/redact.js';
import { call } from '../provider/call.js';
import type { CachedResolver } from '../secret/cached-resolver.js';
import type { SecretResolver } from '../secret/secret-resolver.js';
import { inSpan } from './in-span.js';
import type { Tracer } from './tracer.js';

/** What `tracedResolver` takes. */
export interface TracedResolverOptions {
  readonly tracer: Tracer;
  /** What the store is called in traces, for example `vault`. */
  readonly name: string;
}

/**
 * The same resolver, each of its answers a span `secret`: which store, which key (without what follows its `#`), how long,
 * what went wrong, and whether a `cachedResolver` knew it already. Never the value.
 *
 * A span belongs to the one that is under way where the tracer knows of it: the model call that needs the key. Put it inside
 * of `cachedResolver` to be told only when the store is asked.
 */
export function tracedResolver(
  resolver: SecretResolver & Partial<Pick<CachedResolver, 'isFresh'>>,
  { tracer, name }: TracedResolverOptions,
): SecretResolver {
  const resolve: SecretResolver['resolve'] = (key, options) => {
    const attributes = { resolver: name, key: shownName(key), cacheHit: resolver.isFresh?.(key) };
    const start = { kind: 'secret', name, attributes } as const;
    return inSpan(call({ tracer, signal: options?.signal }), start, () => resolver.resolve(key, options));
  };
  return { resolve, secret: (key) => () => resolve(key) };
}

/** A key's name; a value that somebody took for a key is taken out. */
function shownName(key: string): string {
  const [name = ''] = key.split('#', 1);
  return redact(name.slice(0, 120), []);
}
