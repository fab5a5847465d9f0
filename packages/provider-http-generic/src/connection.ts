import { readCredential, type HttpTransport } from '@tako/core';
import { fetchTransport, invalidOptions, platformEnvironment } from '@tako/core/provider';

import { headerValues, type ResolvedHeaders } from './header-values.js';
import type { HttpGenericConnectionOptions } from './options.js';

/** How to connect, with all defaults filled in. */
export interface Connection {
  readonly transport: HttpTransport;
  /** Looks up key and headers. @throws `auth` where one is missing. */
  readonly resolve: () => Promise<ResolvedHeaders>;
}

/** Fills in what the options leave open. Nothing is read or sent yet. @throws `invalid` for headers that can be none. */
export function connectionOf(options: HttpGenericConnectionOptions): Connection {
  const {
    apiKey,
    headers = {},
    environment = platformEnvironment(globalThis) ?? {},
    fetch = (url, init) => globalThis.fetch(url, init),
    transport = fetchTransport(fetch),
  } = options;
  const bearer = async (): Promise<string> =>
    `Bearer ${await readCredential(apiKey, 'httpGeneric: apiKey', environment)}`;
  const own = { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: bearer }) };
  return { transport, resolve: headerValues({ ...own, ...headers }, environment) };
}

/** An address that can be asked. @throws `invalid` for any other, without its text, which may hold a key. */
export function addressOf(url: unknown, where: string): string {
  if (typeof url === 'string' && URL.canParse(url) && /^https?:\/\/[^/?#@]*([/?#]|$)/i.test(url)) return url;
  throw invalidOptions('httpGeneric', `${where} must be an http(s) address without a user`);
}
