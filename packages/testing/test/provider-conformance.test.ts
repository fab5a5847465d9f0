import { providerConformance, type ProviderUnderTest } from '../src/index.js';
import { describe, expect, test } from 'vitest';

import { acme } from './acme/acme.js';
import { acmeWire } from './acme/acme-wire.js';

const underTests: readonly ProviderUnderTest[] = (['ndjson', 'sse'] as const).map((framing) => ({
  name: `acme (${framing})`,
  wire: acmeWire(framing),
  make: acme,
}));

describe.each(underTests)('a correct provider passes: $name', (underTest) => {
  test.each(providerConformance(underTest))('$name', { timeout: 30_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

test('cases have names of their own, and there are many', () => {
  for (const underTest of underTests) {
    const names = providerConformance(underTest).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(100);
  }
});
