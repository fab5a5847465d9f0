import { providerConformance } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { underTest } from './under-test.js';

// A case has a limit of its own, below this one, and says what it waited for.
describe.each(underTest)('$name', (provider) => {
  test.concurrent.each(providerConformance(provider))('$name', { timeout: 30_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
