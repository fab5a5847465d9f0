import { providerConformance } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { underTest } from './under-test.js';

describe.each(underTest)('$name', (provider) => {
  test.concurrent.each(providerConformance(provider))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
