import { invalidOptions } from '../../error/make-error.js';

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * An address that credentials may be sent to: https, or http on exactly `localhost`, `127.0.0.1` or `[::1]`; without a user, a
 * query or a fragment.
 *
 * @param what names the option in the error, for example `vaultUrl`
 * @throws `invalid` for any other; never with the address, which may hold a password.
 */
export function secureUrl(text: string, source: string, what: string): URL {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || /[?#]/.test(text)) {
    throw invalidOptions(source, `${what} must be an address without user, query and fragment`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.has(url.hostname))) {
    throw invalidOptions(source, `${what} must be https; http is for localhost, 127.0.0.1 and [::1] alone`);
  }
  return url;
}
