import { readCredential, type HttpTransport } from '@tako/core';
import { fetchTransport, platformEnvironment } from '@tako/core/provider';

import type { MistralConnectionOptions } from './options.js';

/** How to connect, with all defaults filled in. */
export interface Connection {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Names in lower case; the key is not among them. */
  readonly headers: { readonly [name: string]: string };
  readonly transport: HttpTransport;
  /** Reads the key. @throws `auth` when there is none. */
  readonly readKey: () => Promise<string>;
}

/** Fills in what the options leave open. Nothing is read or sent yet. */
export function connectionOf(options: MistralConnectionOptions): Connection {
  const {
    apiKey = '$ENV:MISTRAL_API_KEY',
    baseUrl = 'https://api.mistral.ai/v1',
    headers = {},
    environment = platformEnvironment(globalThis),
    fetch = (url, init) => globalThis.fetch(url, init),
    transport = fetchTransport(fetch),
  } = options;
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    transport,
    readKey: () => readCredential(apiKey, 'mistral: apiKey', environment),
  };
}
