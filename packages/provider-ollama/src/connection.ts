import { readCredential, type HttpTransport } from '@tako/core';
import { fetchTransport, platformEnvironment } from '@tako/core/provider';

import type { OllamaConnectionOptions } from './options.js';

/** How to connect, with all defaults filled in. */
export interface Connection {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly transport: HttpTransport;
  /** The key, if there is one, and all headers of a request. @throws `auth` for a key that is not there. */
  readonly readHeaders: () => Promise<{ readonly key: string | undefined; readonly headers: Headers }>;
}

/** Names in lower case. */
type Headers = { readonly [name: string]: string };

/** Fills in what the options leave open. Nothing is read or sent yet. */
export function connectionOf(options: OllamaConnectionOptions): Connection {
  const {
    apiKey,
    baseUrl = 'http://127.0.0.1:11434',
    headers = {},
    environment = platformEnvironment(globalThis),
    fetch = (url, init) => globalThis.fetch(url, init),
    transport = fetchTransport(fetch),
  } = options;
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    transport,
    async readHeaders() {
      const key = apiKey === undefined ? undefined : await readCredential(apiKey, 'ollama: apiKey', environment);
      const authorization: Headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      return { key, headers: { ...authorization, 'content-type': 'application/json', ...named } };
    },
  };
}
