import { mistral } from '@tako/provider-mistral';
import type { ProviderUnderTest } from '@tako/testing';

import { mistralWire } from './mistral-wire.js';

export const underTest: readonly ProviderUnderTest[] = [
  {
    name: 'mistral',
    wire: mistralWire(),
    make: ({ baseUrl, ...options }) => mistral({ ...options, baseUrl: `${baseUrl}/v1` }),
    lacks: {
      contentFilter: 'no finish reason says so',
      usageRepeats: 'usage is told once, at the end',
      cacheWriteTokens: 'usage has no such count',
      reasoningTokens: 'usage has no such count',
    },
  },
];

/** Models that stand for the others in docs/providers.md. */
export const models: readonly string[] = ['mistral-large-latest', 'mistral-small-latest'];
