import { openAIDialect, providerConformance } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { doors } from './doors.js';

describe.each(doors)('openai (%s)', (door, openai) => {
  const cases = providerConformance({
    name: `openai (${door})`,
    wire: openAIDialect(),
    make: ({ baseUrl, ...options }) => openai({ ...options, baseUrl: `${baseUrl}/v1` }),
    lacks: { signatures: 'chat completions hand out no opaque state' },
  });
  test.concurrent.each(cases)('$name', { timeout: 30_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
