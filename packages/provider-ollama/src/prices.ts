import type { Price } from '@tako/core';

import { isCloud } from './capabilities.js';

/** What a model on one's own machine costs, a true price: budgets in US dollars count with it. */
const nothing: Price = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 };

/** Zero for a model that a server runs itself. Models of ollama.com belong to a plan, and have no price by token. */
export function ollamaPrice(setting: { readonly model: string; readonly baseUrl: string }): Price | undefined {
  return isCloud(setting) ? undefined : nothing;
}
