import { isIP } from 'node:net';

import { unlessAborted } from './deadline.js';
import type { FetchRules } from './options.js';
import { SafeFetchError } from './safe-fetch-error.js';
import { isPublicAddress, readAddress } from './special-addresses.js';
import type { Target } from './target.js';

/** Where a target is, and what may be reached there. */
export interface Vetted {
  readonly addresses: readonly string[];
  readonly isAllowed: (address: string) => boolean;
}

/**
 * The addresses of a target, every one of them allowed.
 *
 * @throws `dns` where there are none, `address` where a single one must not be reached.
 */
export async function vettedAddresses(
  { host, isAddress }: Target,
  rules: FetchRules,
  signal: AbortSignal,
): Promise<Vetted> {
  const isAllowed = (address: string): boolean => {
    const parsed = readAddress(address);
    return rules.allowsHost(host) || rules.allowsAddress(parsed) || isPublicAddress(parsed);
  };
  // RFC 6761, section 6.3: these names are loopback, whatever a resolver says.
  const isLocalhost = !isAddress && /(^|\.)localhost$/.test(host);
  if (isLocalhost && !isAllowed('127.0.0.1') && !isAllowed('::1')) throw new SafeFetchError('address');

  const addresses = isAddress ? [host] : await lookUp(host, rules, signal);
  // A zone (fe80::1%eth0) names an interface of this machine.
  if (addresses.length === 0 || addresses.some((address) => isIP(address) === 0 || address.includes('%'))) {
    throw new SafeFetchError('dns');
  }
  if (!addresses.every(isAllowed)) throw new SafeFetchError('address');
  return { addresses, isAllowed };
}

async function lookUp(host: string, { lookup }: FetchRules, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await unlessAborted(lookup(host, signal), signal);
  } catch {
    signal.throwIfAborted();
    throw new SafeFetchError('dns'); // the resolver's words may tell of its network
  }
}
