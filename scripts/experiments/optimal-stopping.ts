/**
 * Drafts whose guard's score is one of a few levels, and what the score is worth. `chances` of a level go to the levels of
 * the next draft.
 */
export interface DraftWorld {
  readonly name: string;
  /** The guard's score of each level, rising. */
  readonly scores: readonly number[];
  /** How likely a draft of each level is right: the calibration of the guard, known. Rising. */
  readonly worth: readonly number[];
  /** Chances of the first draft's level. */
  readonly first: readonly number[];
  /** Chances of a draft's level after one of this level. */
  readonly next: readonly (readonly number[])[];
}

/** Whether one more draft is worth its price, and what the best policy is worth from the start. */
export interface StoppingPolicy {
  readonly value: number;
  readonly goesOn: (best: number, last: number, draftsLeft: number) => boolean;
}

/** The best policy by value iteration over (best level, last level, drafts left). The best draft may be taken at any time. */
export function optimalStopping(world: DraftWorld, price: number, drafts: number): StoppingPolicy {
  const { worth, first, next } = world;
  const levels = worth.length;
  // values[left][best][last]
  const values: number[][][] = [worth.map((value) => worth.map(() => value))];
  const goOn = (left: number, best: number, last: number): number => {
    let value = -price;
    for (let level = 0; level < levels; level++) {
      value += (next[last]?.[level] ?? 0) * (values[left - 1]?.[Math.max(best, level)]?.[level] ?? 0);
    }
    return value;
  };
  for (let left = 1; left < drafts; left++) {
    values.push(worth.map((value, best) => worth.map((_, last) => Math.max(value, goOn(left, best, last)))));
  }
  let value = -price;
  for (let level = 0; level < levels; level++) {
    value += (first[level] ?? 0) * (values[drafts - 1]?.[level]?.[level] ?? 0);
  }
  return {
    value,
    goesOn: (best, last, left) => left > 0 && goOn(left, best, last) > (worth[best] ?? 0),
  };
}

/** The levels of so many drafts in a row. */
export function drawDrafts({ first, next }: DraftWorld, drafts: number, random: () => number): number[] {
  const levels: number[] = [];
  for (let at = 0; at < drafts; at++) {
    const before = levels.at(-1);
    levels.push(drawLevel(before === undefined ? first : (next[before] ?? first), random()));
  }
  return levels;
}

function drawLevel(chances: readonly number[], drawn: number): number {
  let sum = 0;
  for (const [level, chance] of chances.entries()) {
    sum += chance;
    if (drawn < sum) return level;
  }
  return chances.length - 1;
}
