import { lookup as systemLookup } from 'node:dns/promises';

import { allowList, type AllowList } from './allow-list.js';
import { knownContentTypes, type SafeContentType } from './content-type.js';
import { SafeFetchError } from './safe-fetch-error.js';

/**
 * Finds the addresses of a name, IPv4 and IPv6. Each one is checked, and what is checked is what is connected to: the name is
 * looked up once.
 *
 * @param host a domain name in lower case and in ASCII, without a dot at its end
 */
export type Lookup = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

/** The rules of a `safeFetcher`. The `allow…` lists lift the check of the address, and nothing else. */
export interface SafeFetcherOptions {
  /** The whole fetch with its redirects, in milliseconds. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /** One connection with its TLS handshake, in milliseconds. @defaultValue 5000 */
  readonly connectTimeoutMs?: number | undefined;
  /** The most bytes of content, counted as they arrive. @defaultValue 10485760 (10 MiB) */
  readonly maxBytes?: number | undefined;
  /** What may come, by its header and by its first bytes. @defaultValue JPEG, PNG, GIF and WebP images */
  readonly contentTypes?: readonly SafeContentType[] | undefined;
  /** How many redirects are followed, each checked like the URL itself. @defaultValue 3 */
  readonly maxRedirects?: number | undefined;
  /** Whether `http:` is fetched too. A redirect from https to http never is. @defaultValue false */
  readonly allowHttp?: boolean | undefined;
  /** Lifts the check of the address for everything: loopback, the networks of your cloud and its metadata service included. @defaultValue false */
  readonly allowPrivateIps?: boolean | undefined;
  /**
   * Hosts whose addresses are not checked: a name or an address, or `*.name` for all names under it, at any depth, without the
   * name itself. Case, a dot at the end and Unicode do not matter. @defaultValue none
   */
  readonly allowHosts?: readonly string[] | undefined;
  /** Addresses that are let through besides public ones, as `10.0.0.0/8` or `fd00::/8`. One of IPv4 holds for its IPv4-mapped form too. @defaultValue none */
  readonly allowCidrs?: readonly string[] | undefined;
  /** Finds the addresses of names. @defaultValue the system's resolver, with its `hosts` file */
  readonly lookup?: Lookup | undefined;
  /** PEM certificates of the authorities to trust, in place of the platform's. */
  readonly ca?: string | readonly string[] | undefined;
}

/** Options that have been checked, with their defaults. */
export interface FetchRules extends AllowList {
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxBytes: number;
  readonly contentTypes: readonly SafeContentType[];
  readonly maxRedirects: number;
  readonly allowHttp: boolean;
  readonly lookup: Lookup;
  readonly ca: string | readonly string[] | undefined;
}

/** setTimeout fires at once for more. */
const longestTimerMs = 2_147_483_647;

/** @throws `options` for options that cannot be meant. */
export function fetchRules(options: SafeFetcherOptions): FetchRules {
  const {
    timeoutMs = 10_000,
    connectTimeoutMs = 5_000,
    maxBytes = 10_485_760,
    contentTypes = knownContentTypes,
    maxRedirects = 3,
    allowHttp = false,
    lookup = allAddresses,
    ca,
  } = options;
  requireNumber('timeoutMs', timeoutMs, 1, longestTimerMs);
  requireNumber('connectTimeoutMs', connectTimeoutMs, 1, longestTimerMs);
  requireNumber('maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER);
  requireNumber('maxRedirects', maxRedirects, 0, 20);
  const unknown = contentTypes.find((type) => !knownContentTypes.includes(type));
  if (contentTypes.length === 0 || unknown !== undefined) {
    throw new SafeFetchError('options', `contentTypes must be some of ${knownContentTypes.join(', ')}`);
  }
  return {
    ...allowList(options),
    timeoutMs,
    connectTimeoutMs,
    maxBytes,
    contentTypes,
    maxRedirects,
    allowHttp,
    lookup,
    ca,
  };
}

function requireNumber(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new SafeFetchError('options', `${name} must be from ${least} to ${most}, got ${value}`);
}

const allAddresses: Lookup = async (host) => {
  const answers = await systemLookup(host, { all: true });
  return answers.map(({ address }) => address);
};
