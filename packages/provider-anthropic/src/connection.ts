import { readCredential } from '@tako/core';
import { platformEnvironment, type Fetch } from '@tako/core/provider';

import type { AnthropicConnectionOptions } from './options.js';

/** How to connect, with all defaults filled in. */
export interface Connection {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Names in lower case; the key is not among them. */
  readonly headers: { readonly [name: string]: string };
  readonly fetch: Fetch;
  /** Reads the key. @throws `auth` when there is none. */
  readonly readKey: () => Promise<string>;
}

/** Fills in what the options leave open. Nothing is read or sent yet. */
export function connectionOf(options: AnthropicConnectionOptions): Connection {
  const {
    apiKey = '$ENV:ANTHROPIC_API_KEY',
    baseUrl = 'https://api.anthropic.com',
    headers = {},
    environment = platformEnvironment(globalThis),
    fetch = (url, init) => globalThis.fetch(url, init),
  } = options;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    headers: Object.fromEntries(named),
    fetch,
    readKey: () => readCredential(apiKey, 'anthropic: apiKey', environment),
  };
}
