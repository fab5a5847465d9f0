import type { Provider } from '@tako/core';
import { mistral } from '@tako/provider-mistral';
import { openai } from '@tako/provider-openai/fetch';

/** Vendors that answer whoever has a key. */
export type KeyedVendorName = 'openai' | 'mistral';

/** A vendor that answers whoever has a key, found in the environment. */
export interface KeyedVendor {
  readonly name: KeyedVendorName;
  /** As it spells itself. */
  readonly title: string;
  /** Its variables are `<prefix>_API_KEY`, `<prefix>_MODEL` and `<prefix>_BASE_URL`. */
  readonly prefix: string;
  /** Cheap, and able to call tools. */
  readonly defaultModel: string;
  readonly make: (options: {
    readonly model: string;
    readonly apiKey: string;
    readonly baseUrl?: string | undefined;
  }) => Provider;
}

/**
 * In the order in which they are tried.
 *
 * OpenAI names its default for its older small models: https://developers.openai.com/api/docs/deprecations. Mistral's is an
 * alias: https://docs.mistral.ai/getting-started/models (both read 2026-11-23).
 */
export const keyedVendors: readonly KeyedVendor[] = [
  { name: 'openai', title: 'OpenAI', prefix: 'OPENAI', defaultModel: 'gpt-6-luna', make: openai },
  { name: 'mistral', title: 'Mistral', prefix: 'MISTRAL', defaultModel: 'mistral-small-latest', make: mistral },
];
