import type { ProviderUnderTest } from '@tako/testing';

import { anthropicWire } from './anthropic-wire.js';
import { doors } from './doors.js';

const lacks = {
  seed: 'there is no seed',
  json: 'there is no JSON without a schema',
};

/** Both doors, and the version of the API that is older. */
export const underTest: readonly ProviderUnderTest[] = doors.flatMap(([door, anthropic]): ProviderUnderTest[] => [
  {
    name: `anthropic (${door})`,
    wire: anthropicWire('2026-10-21'),
    make: (options) => anthropic(options),
    lacks: {
      ...lacks,
      temperature: 'the version 2026-10-21 of the API has none; 2023-06-01 has',
      topP: 'the version 2026-10-21 of the API has none; 2023-06-01 has',
    },
  },
  {
    name: `anthropic 2023-06-01 (${door})`,
    wire: anthropicWire('2023-06-01'),
    make: (options) => anthropic({ ...options, apiVersion: '2023-06-01' }),
    lacks,
  },
]);

/** Models that stand for the others in docs/providers.md. */
export const models: readonly string[] = [
  'claude-opus-5-5',
  'claude-sonnet-5-5',
  'claude-haiku-5-5',
  'claude-haiku-4-5',
];
