import type { ProviderUnderTest } from '@tako/testing';

import { doors } from './doors.js';
import { vertexWire } from './vertex-wire.js';

/** Both doors. */
export const underTest: readonly ProviderUnderTest[] = doors.map(([door, vertex]) => ({
  name: `vertex (${door})`,
  wire: vertexWire(),
  make: ({ baseUrl, apiKey, ...options }) => vertex({ ...options, accessToken: apiKey, baseUrl: `${baseUrl}/v1` }),
  lacks: {
    interleaving: 'function calls come whole',
    rawArguments: 'arguments are objects, on the way here and back',
    cacheWriteTokens: 'writing to a cache is not counted',
    parallelToolCalls: 'nothing holds Gemini to one call at a time',
  },
}));

/** Models that stand for the others in docs/providers.md. */
export const models: readonly string[] = ['gemini-3.8-flash', 'gemini-3.1-pro', 'gemini-2.5-flash'];
