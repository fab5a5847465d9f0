import { unknownCapabilities, type Capabilities } from '@tako/core';

import { modelOf } from './models.js';

/**
 * What a model can do, by its name. Of a name that we do not know everything is `unknown`, and nothing is refused.
 *
 * Of the reasoning efforts Mistral's guide names `none` and `high`, its API reference all of the contract's: what is asked
 * of a model that reasons is sent.
 */
export function mistralCapabilities(name: string): Capabilities {
  const model = modelOf(name);
  if (model === undefined) return unknownCapabilities;
  const { contextTokens, vision, audio = 'no', files = 'yes', reasons } = model;
  return {
    ...unknownCapabilities, // structuredOutputWithTools among others: Mistral's pages do not say
    streaming: 'yes',
    tools: 'yes',
    parallelTools: 'yes',
    toolChoice: 'yes',
    structuredOutput: 'yes',
    vision,
    imageUrls: vision,
    files,
    audio,
    reasoningEfforts: reasons === undefined ? [] : 'unknown',
    promptCache: 'yes',
    contextTokens,
  };
}
