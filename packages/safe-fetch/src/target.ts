import { isIP } from 'node:net';

import { plainHost } from './allow-list.js';
import { blockedPorts } from './blocked-ports.js';
import { SafeFetchError } from './safe-fetch-error.js';

/** A URL that may be fetched, as far as its text tells. */
export interface Target {
  readonly url: URL;
  /** A domain name in lower case and in ASCII without a dot at its end, or an address without brackets. */
  readonly host: string;
  readonly isAddress: boolean;
}

const longestUrl = 16_384;

/**
 * Reads a URL and checks all of it but where its host is. `URL` has turned every way to write an IPv4 address (decimal, octal,
 * hexadecimal, short, percent-encoded, in full-width digits) into its plain form.
 *
 * @param base what a redirect may be relative to
 * @throws `url`, `scheme`, `userinfo`, `host` or `port`
 */
export function readTarget(text: string, base: URL | undefined, allowHttp: boolean): Target {
  const url = text.length > longestUrl ? null : URL.parse(text, base?.href);
  if (url === null) throw new SafeFetchError('url');
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) throw new SafeFetchError('scheme');
  if (url.username !== '' || url.password !== '') throw new SafeFetchError('userinfo');

  const host = plainHost(url.hostname);
  const isAddress = isIP(host) !== 0;
  if (!isAddress && !isDomainName(host)) throw new SafeFetchError('host');
  if (!isAddress) url.hostname = host; // neither TLS nor a certificate knows a dot at the end
  if (url.port !== '' && blockedPorts.has(Number(url.port))) throw new SafeFetchError('port');
  url.hash = '';
  return { url, host, isAddress };
}

/** URLs let more pass than DNS has names for: empty labels, stars, brackets. */
function isDomainName(host: string): boolean {
  return host.length <= 253 && /^[\da-z_-]{1,63}(\.[\da-z_-]{1,63})*$/.test(host);
}
