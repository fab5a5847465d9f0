import { test } from 'vitest';

/**
 * A test of one row of docs/server-faults.md: `id` and `what` are the row's first two cells, word for word. The group is the
 * number, the letter tells the faults of a group apart. `table.test.ts` compares the calls in this folder with the table.
 */
export function fault(id: `${number}${string}`, what: string, run: () => Promise<void>, timeoutMs = 20_000): void {
  // oxlint-disable-next-line vitest/expect-expect -- the rows assert
  test(`${id} ${what}`, run, timeoutMs);
}
