import { openAIDialect, providerConformance } from '@tako/testing';
import { responses } from '@tako/provider-openai/responses';
import { describe, expect, test } from 'vitest';

import { doors } from './doors.js';
import { responsesWire } from './responses-wire.js';

describe.each(doors)('chat completions (%s)', (door, openai) => {
  const cases = providerConformance({
    name: `openai (${door})`,
    wire: openAIDialect(),
    make: ({ baseUrl, ...options }) => openai({ ...options, baseUrl: `${baseUrl}/v1` }),
    lacks: { signatures: 'chat completions hand out no opaque state' },
  });
  test.concurrent.each(cases)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe.each(doors)('responses (%s)', (door, openai) => {
  const cases = providerConformance({
    name: `openai responses (${door})`,
    wire: responsesWire(),
    make: ({ baseUrl, ...options }) => openai({ ...options, api: responses, baseUrl: `${baseUrl}/v1` }),
    lacks: {
      stop: 'the API has no stop',
      seed: 'the API has no seed',
      usageRepeats: 'usage is told once, at the end',
    },
  });
  test.concurrent.each(cases)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
