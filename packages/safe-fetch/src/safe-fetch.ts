import type { SafeContentType } from './content-type.js';
import { withDeadline } from './deadline.js';
import { getOnce } from './get-once.js';
import { fetchRules, type FetchRules, type SafeFetcherOptions } from './options.js';
import { SafeFetchError } from './safe-fetch-error.js';
import { readTarget } from './target.js';
import { vettedAddresses } from './vetted-addresses.js';

/** The rules of one `safeFetch`, and its signal. */
export interface SafeFetchOptions extends SafeFetcherOptions {
  /** Aborts the fetch, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What was fetched. */
export interface SafeFetched {
  /** Where it came from, after redirects. */
  readonly url: string;
  /** What header and first bytes agree on. */
  readonly contentType: SafeContentType;
  /** All of the content. */
  readonly bytes: Uint8Array;
}

/** A `safeFetch` whose rules are fixed. */
export type SafeFetcher = (
  url: string | URL,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<SafeFetched>;

/**
 * Fetches a URL that somebody else wrote: a model, a user, a document. Nothing but an image at a public address comes back,
 * and nothing else is ever connected to.
 *
 * ```ts
 * const { contentType, bytes } = await safeFetch('https://example.com/cat.png');
 * ```
 *
 * @throws a `SafeFetchError`, whose `rule` says what refused; or `signal.reason`
 */
export async function safeFetch(url: string | URL, options: SafeFetchOptions = {}): Promise<SafeFetched> {
  return follow(url, fetchRules(options), options.signal);
}

/**
 * A `safeFetch` with fixed rules, which are checked now and not at the first URL.
 *
 * @throws a `SafeFetchError` of rule `options` for a bad one
 */
export function safeFetcher(options: SafeFetcherOptions = {}): SafeFetcher {
  const rules = fetchRules(options);
  return (url, { signal } = {}) => follow(url, rules, signal);
}

/** Every hop is checked as if it were the first one. */
function follow(start: string | URL, rules: FetchRules, callerSignal: AbortSignal | undefined): Promise<SafeFetched> {
  return withDeadline(rules.timeoutMs, callerSignal, async (signal) => {
    let target = readTarget(String(start), undefined, rules.allowHttp);
    for (let redirects = 0; ; redirects++) {
      const vetted = await vettedAddresses(target, rules, signal);
      const outcome = await getOnce(target, vetted, rules, signal);
      if (outcome.location === undefined) {
        return { url: target.url.href, contentType: outcome.contentType, bytes: outcome.bytes };
      }
      if (redirects >= rules.maxRedirects) throw new SafeFetchError('redirect');
      const next = readTarget(outcome.location, target.url, rules.allowHttp);
      if (target.url.protocol === 'https:' && next.url.protocol !== 'https:') throw new SafeFetchError('redirect');
      target = next;
    }
  });
}
