import type { Provider } from '@tako/core';
import { anthropic } from '@tako/provider-anthropic/fetch';
import { mistral } from '@tako/provider-mistral';
import { openai } from '@tako/provider-openai/fetch';

/** Vendors that answer whoever has a key. */
export type KeyedVendorName = 'openai' | 'anthropic' | 'mistral';

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
 * OpenAI names its default for its older small models: https://developers.openai.com/api/docs/deprecations. Anthropic's is its
 * cheapest: https://platform.claude.com/docs/en/models/haiku-5-5/overview. Mistral's is an alias:
 * https://docs.mistral.ai/getting-started/models (all read 2026-11-23).
 */
export const keyedVendors: readonly KeyedVendor[] = [
  { name: 'openai', title: 'OpenAI', prefix: 'OPENAI', defaultModel: 'gpt-6-luna', make: openai },
  {
    name: 'anthropic',
    title: 'Anthropic',
    prefix: 'ANTHROPIC',
    defaultModel: 'claude-haiku-5-5',
    make: anthropic,
  },
  { name: 'mistral', title: 'Mistral', prefix: 'MISTRAL', defaultModel: 'mistral-small-latest', make: mistral },
];
