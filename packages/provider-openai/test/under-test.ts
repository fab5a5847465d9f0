import { responses } from '@tako/provider-openai/responses';
import { openAIDialect, type ProviderUnderTest } from '@tako/testing';

import { doors } from './doors.js';
import { responsesWire } from './responses-wire.js';

/** Both doors to both APIs. */
export const underTest: readonly ProviderUnderTest[] = doors.flatMap(([door, openai]): ProviderUnderTest[] => [
  {
    name: `openai (${door})`,
    wire: openAIDialect(),
    make: ({ baseUrl, ...options }) => openai({ ...options, baseUrl: `${baseUrl}/v1` }),
    lacks: { signatures: 'chat completions hand out no opaque state' },
  },
  {
    name: `openai responses (${door})`,
    wire: responsesWire(),
    make: ({ baseUrl, ...options }) => openai({ ...options, api: responses, baseUrl: `${baseUrl}/v1` }),
    lacks: {
      stop: 'the API has no stop',
      seed: 'the API has no seed',
      usageRepeats: 'usage is told once, at the end',
    },
  },
]);

/** Models that stand for the others in docs/providers.md. */
export const models: readonly string[] = ['gpt-6-luna', 'gpt-6.2-sol', 'gpt-4.1', 'o3'];
