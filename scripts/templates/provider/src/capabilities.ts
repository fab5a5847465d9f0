import type { Capabilities } from '@tako/core';

/** What the models of the vendor can do. Source: https://docs.acme-corp.example/models (read on …). */
const usual: Capabilities = {
  streaming: 'yes',
  tools: 'yes',
  parallelTools: 'yes',
  toolChoice: 'yes',
  structuredOutput: 'yes',
  structuredOutputWithTools: 'yes',
  vision: 'yes',
  imageUrls: 'yes',
  files: 'yes',
  audio: 'yes',
  reasoningEfforts: ['low', 'medium', 'high'],
  promptCache: 'yes',
};

/** What a model can do, by its name. Say `unknown` where the vendor's pages do not: only a certain `no` is acted upon. */
export function acmeCorpCapabilities(model: string): Capabilities {
  if (!/-mini(-|$)/.test(model)) return usual;
  return { ...usual, vision: 'no', imageUrls: 'no', files: 'no', audio: 'no', reasoningEfforts: [] };
}
