import type { Provider } from '@tako/core';
import { azureOpenAI as bySdk } from '@tako/provider-azure-openai';
import { azureOpenAI as byFetch, type AzureOpenAIFetchOptions } from '@tako/provider-azure-openai/fetch';

/** Options that both doors take. */
export type SharedOptions = AzureOpenAIFetchOptions & { readonly transport?: undefined };

/** Both doors to the same deployments, by name. */
export const doors: readonly (readonly [door: string, azureOpenAI: (options: SharedOptions) => Provider])[] = [
  ['SDK', bySdk],
  ['fetch', byFetch],
];
