import { memoryBudgetStore } from '@tako/budget';
import { fakeClock } from '@tako/testing';
import { budgetStoreConformance } from '@tako/testing/budget';
import { expect, test } from 'vitest';

const clock = fakeClock();

const cases = budgetStoreConformance({
  name: 'memory',
  make: () => memoryBudgetStore({ clock }),
  nowMs: () => clock.now(),
  pass: (ms) => clock.advance(ms),
});
test.each(cases)('$name', async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});
