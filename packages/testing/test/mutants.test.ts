import { providerConformance } from '../src/index.js';
import { expect, test } from 'vitest';

import { acmeWire } from './acme/acme-wire.js';
import { mutants } from './mutants.js';

test.concurrent.each(mutants)(
  'a provider that $fault is caught',
  { timeout: 20_000 },
  async ({ fault, caughtBy, make }) => {
    const suite = providerConformance({ name: fault, wire: acmeWire('ndjson'), make });
    const found = suite.filter(({ name }) => name.startsWith(caughtBy));
    expect(found).toHaveLength(1);
    await expect(found[0]?.run()).rejects.toThrow();
  },
);
