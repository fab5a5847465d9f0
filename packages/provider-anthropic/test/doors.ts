import type { Provider } from '@tako/core';
import { anthropic as bySdk } from '@tako/provider-anthropic';
import { anthropic as byFetch, type AnthropicFetchOptions } from '@tako/provider-anthropic/fetch';

/** Options that both doors take. */
export type SharedOptions = Omit<AnthropicFetchOptions, 'transport'>;

/** Both doors to the same models, by name. */
export const doors: readonly (readonly [door: string, anthropic: (options: SharedOptions) => Provider])[] = [
  ['SDK', bySdk],
  ['fetch', byFetch],
];
