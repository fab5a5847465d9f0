import { isIP, isIPv6 } from 'node:net';

import ipaddr from 'ipaddr.js';

import { SafeFetchError } from './safe-fetch-error.js';
import { inRanges, readAddress, type Address, type AddressRange } from './special-addresses.js';

/** What somebody may list. */
interface AllowListOptions {
  readonly allowPrivateIps?: boolean | undefined;
  readonly allowHosts?: readonly string[] | undefined;
  readonly allowCidrs?: readonly string[] | undefined;
}

/** What is let through without being public. */
export interface AllowList {
  /** @param host as in a `Target` */
  readonly allowsHost: (host: string) => boolean;
  readonly allowsAddress: (address: Address) => boolean;
}

/** Reads the lists. @throws `options` for an entry that cannot be meant. */
export function allowList(options: AllowListOptions): AllowList {
  const { allowPrivateIps = false, allowHosts = [], allowCidrs = [] } = options;
  const exact = new Set<string>();
  /** With their dots, so that neither the apex nor a name that merely ends alike is under them. */
  const suffixes: string[] = [];
  for (const entry of allowHosts) {
    if (entry.startsWith('*.')) suffixes.push(`.${readName(entry, entry.slice(2))}`);
    else exact.add(readHost(entry, entry));
  }
  const blocks = allowCidrs.map(readCidr);
  return {
    allowsHost: (host) => exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix)),
    allowsAddress: (address) =>
      allowPrivateIps || inRanges(address, blocks) || inRanges(withoutMapping(address), blocks),
  };
}

/** The host of a URL as lists know it: in lower case, in ASCII, without brackets and a dot at its end. */
export function plainHost(hostname: string): string {
  return hostname.replace(/^\[|\]$|\.$/g, '');
}

function readHost(entry: string, host: string): string {
  const bracketed = isIPv6(host) ? `[${host}]` : host;
  // What a URL could read as more than a host, and a star, which a URL takes for a letter.
  const isHostAlone = bracketed !== '' && !/[\s/\\?#@%*]|:(?![^[]*\]$)/.test(bracketed);
  const url = isHostAlone ? URL.parse(`https://${bracketed}/`) : null;
  if (url === null || plainHost(url.hostname) === '') {
    throw new SafeFetchError('options', `allowHosts: ${JSON.stringify(entry)} is neither a host nor *.host`);
  }
  return plainHost(url.hostname);
}

function readName(entry: string, name: string): string {
  const host = readHost(entry, name);
  if (isIP(host) === 0) return host;
  throw new SafeFetchError('options', `allowHosts: ${JSON.stringify(entry)} has no names under it; use allowCidrs`);
}

function readCidr(cidr: string): AddressRange {
  const [, network = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(cidr) ?? [];
  // Strict forms alone: what 010.0.0.0/8 or 10/8 means depends on who reads it.
  const version = isIP(network);
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) {
    throw new SafeFetchError('options', `allowCidrs: ${JSON.stringify(cidr)} is not address/bits`);
  }
  const address = readAddress(network);
  const plain = withoutMapping(address);
  if (plain === address || Number(bits) < 96) return [address, Number(bits)];
  return [plain, Number(bits) - 96];
}

/** The IPv4 address that an IPv4-mapped one (::ffff:a.b.c.d) stands for; any other as it is. */
function withoutMapping(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}
