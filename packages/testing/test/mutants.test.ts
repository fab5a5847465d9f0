import { expect, test } from 'vitest';

import { providerConformance, type ConformanceCase } from '../src/index.js';
import { acme } from './acme/acme.js';
import { acmeWire } from './acme/acme-wire.js';
import { askingMutants } from './mutants/asking-mutants.js';
import { failingMutants } from './mutants/failing-mutants.js';
import { leavingMutants } from './mutants/leaving-mutants.js';
import type { Mutant } from './mutants/mutant.js';
import { readingMutants } from './mutants/reading-mutants.js';
import { tellingMutants } from './mutants/telling-mutants.js';

const mutants: readonly Mutant[] = [
  ...tellingMutants,
  ...readingMutants,
  ...askingMutants,
  ...failingMutants,
  ...leavingMutants,
];

function suiteFor(make: Mutant['make']): readonly ConformanceCase[] {
  return providerConformance({ name: 'acme', wire: acmeWire('sse'), make });
}

function isCaught({ caughtBy }: Mutant, name: string): boolean {
  return caughtBy.some((pattern) => (typeof pattern === 'string' ? name.startsWith(pattern) : pattern.test(name)));
}

test.concurrent.each(mutants)('a provider that $fault is caught', { timeout: 60_000 }, async (mutant) => {
  const cases = suiteFor(mutant.make).filter(({ name }) => isCaught(mutant, name));
  expect(cases).not.toHaveLength(0);
  for (const { name, run } of cases) await expect(run(), name).rejects.toThrow(mutant.says);
});

test('no case of the suite is one that cannot fail', () => {
  const unproven = suiteFor(acme).filter(({ name }) => !mutants.some((mutant) => isCaught(mutant, name)));
  expect(unproven.map(({ name }) => name)).toEqual([]);
});

test('every mutant names cases that there are', () => {
  const names = suiteFor(acme).map(({ name }) => name);
  for (const mutant of mutants) {
    for (const pattern of mutant.caughtBy) {
      expect(
        names.some((name) => isCaught({ ...mutant, caughtBy: [pattern] }, name)),
        String(pattern),
      ).toBe(true);
    }
  }
});
