import type { Provider } from '@tako/core';
import { openai as bySdk } from '@tako/provider-openai';
import { openai as byFetch, type OpenAIFetchOptions } from '@tako/provider-openai/fetch';

/** Options that both doors take. */
export type SharedOptions = Omit<OpenAIFetchOptions, 'transport'>;

/** Both doors to the same models, by name. */
export const doors: readonly (readonly [door: string, openai: (options: SharedOptions) => Provider])[] = [
  ['SDK', bySdk],
  ['fetch', byFetch],
];
