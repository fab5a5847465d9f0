import { readCredential } from '@tako/core';
import { invalidOptions, platformEnvironment, type Fetch } from '@tako/core/provider';

import type { AzureOpenAIConnectionOptions } from './options.js';

/** The latest generally available dated version. Source: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle (read 2026-11-23). */
const defaultApiVersion = '2024-10-21';

/** What a request shows in order to be let in. */
interface Authorization {
  readonly headers: { readonly [name: string]: string };
  /** The key or token in it. */
  readonly secret: string;
}

/** How to connect, with all defaults filled in. */
export interface Connection {
  /** The address to which `/chat/completions` is appended. */
  readonly baseUrl: string;
  /** Absent on the surface `v1`, which has none. */
  readonly apiVersion: string | undefined;
  /** Names in lower case; the credential is not among them. */
  readonly headers: { readonly [name: string]: string };
  readonly fetch: Fetch;
  /** The header that carries the credential. */
  readonly credentialHeader: 'api-key' | 'authorization';
  /** Reads the credential. @throws `auth` when there is none. */
  readonly authorize: () => Promise<Authorization>;
}

/** Fills in what the options leave open. Nothing is read or sent yet. @throws `invalid` for options that cannot be right. */
export function connectionOf(deployment: string, options: AzureOpenAIConnectionOptions): Connection {
  const {
    endpoint,
    apiVersion = defaultApiVersion,
    apiKey = '$ENV:AZURE_OPENAI_API_KEY',
    tokenProvider,
    headers = {},
    environment = platformEnvironment(globalThis),
    fetch = (url, init) => globalThis.fetch(url, init),
  } = options;
  if (options.apiKey !== undefined && tokenProvider !== undefined) {
    throw invalidOptions('azureOpenAI', 'apiKey and tokenProvider exclude each other');
  }
  if (!/^(v1|\d{4}-\d{2}-\d{2}(-preview)?)$/.test(apiVersion)) {
    throw invalidOptions('azureOpenAI', 'apiVersion must be v1, or a date like 2024-10-21 or 2025-04-01-preview');
  }
  const isV1 = apiVersion === 'v1';
  const root = `${rootOf(endpoint)}/openai`;
  return {
    baseUrl: isV1 ? `${root}/v1` : `${root}/deployments/${encodeURIComponent(deployment)}`,
    apiVersion: isV1 ? undefined : apiVersion,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    fetch,
    credentialHeader: tokenProvider === undefined ? 'api-key' : 'authorization',
    async authorize() {
      if (tokenProvider === undefined) {
        const key = await readCredential(apiKey, 'azureOpenAI: apiKey', environment);
        return { headers: { 'api-key': key }, secret: key };
      }
      const token = await readCredential(tokenProvider, 'azureOpenAI: tokenProvider', environment);
      return { headers: { authorization: `Bearer ${token}` }, secret: token };
    },
  };
}

/** The endpoint without a slash at its end, and without the path that Azure's portal shows with some of them. */
function rootOf(endpoint: unknown): string {
  const url = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search + url.hash !== '') {
    throw invalidOptions(
      'azureOpenAI',
      'endpoint must be the https address of the resource, without a query or user, for example https://my-resource.openai.azure.com',
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/openai(\/v1)?$/, '');
}
