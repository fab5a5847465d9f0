import { mistral } from '@tako/provider-mistral';
import { providerConformance } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { mistralWire } from './mistral-wire.js';

describe('mistral', () => {
  const cases = providerConformance({
    name: 'mistral',
    wire: mistralWire(),
    make: ({ baseUrl, ...options }) => mistral({ ...options, baseUrl: `${baseUrl}/v1` }),
    lacks: {
      contentFilter: 'no finish reason says so',
      usageRepeats: 'usage is told once, at the end',
      cacheWriteTokens: 'usage has no such count',
      reasoningTokens: 'usage has no such count',
    },
  });
  test.concurrent.each(cases)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
