import { bedrock } from '@tako/provider-bedrock';
import type { ProviderUnderTest } from '@tako/testing';

import { bedrockWire } from './bedrock-wire.js';

export const underTest: readonly ProviderUnderTest[] = [
  {
    name: 'bedrock',
    wire: bedrockWire(),
    make: ({ baseUrl, ...options }) => bedrock({ ...options, endpointUrl: baseUrl, region: 'eu-central-1' }),
    lacks: {
      imageUrls: 'Converse takes bytes alone; with urlPrefetch we fetch them',
      seed: 'Converse has no seed',
      parallelToolCalls: 'Converse cannot hold a model to one call',
      json: 'Converse has no JSON without a schema',
      reasoningTokens: 'Converse counts them as output',
      usageRepeats: 'usage is told once, at the end',
      jsonForStream: 'the SDK reads an event stream alone',
    },
  },
];

/** Models that stand for the others in docs/providers.md. */
export const models: readonly string[] = [
  'global.anthropic.claude-opus-4-6-v1',
  'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'amazon.nova-pro-v1:0',
  'openai.gpt-oss-120b-1:0',
];
