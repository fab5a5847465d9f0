/** One limit as a vendor tells it. */
export interface VendorLimit {
  /** Per minute. */
  readonly limit: number | undefined;
  /** What is left of it now. */
  readonly remaining: number;
}

/** What an answer says of the vendor's limits. */
export interface RateLimitState {
  readonly requests?: VendorLimit | undefined;
  readonly tokens?: VendorLimit | undefined;
}

/**
 * Reads `x-ratelimit-remaining-requests` and its like (OpenAI, and who follows it) and
 * `anthropic-ratelimit-requests-remaining` and its like (Anthropic). What is missing or no number is left out.
 *
 * Sources: https://platform.openai.com/docs/guides/rate-limits and https://docs.anthropic.com/en/api/rate-limits (read
 * 2026-11-23).
 *
 * @param headers names in lower case
 */
export function readRateLimitHeaders(headers: { readonly [name: string]: string }): RateLimitState {
  const read = (what: 'requests' | 'tokens', detail: 'limit' | 'remaining'): number | undefined => {
    const text = headers[`x-ratelimit-${detail}-${what}`] ?? headers[`anthropic-ratelimit-${what}-${detail}`];
    return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
  };
  const limitOf = (what: 'requests' | 'tokens'): VendorLimit | undefined => {
    const remaining = read(what, 'remaining');
    return remaining === undefined ? undefined : { limit: read(what, 'limit'), remaining };
  };
  return { requests: limitOf('requests'), tokens: limitOf('tokens') };
}
