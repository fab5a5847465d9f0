export { safeFetch, safeFetcher } from './safe-fetch.js';
export { isSafeFetchError, SafeFetchError } from './safe-fetch-error.js';
export type { SafeContentType } from './content-type.js';
export type { Lookup, SafeFetcherOptions } from './options.js';
export type { SafeFetched, SafeFetcher, SafeFetchOptions } from './safe-fetch.js';
export type { SafeFetchRule } from './safe-fetch-error.js';
