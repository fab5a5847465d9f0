/** What is measured, and what it must come to. */
export interface MedianRatioOptions {
  readonly least: number;
  readonly most: number;
  /** Pairs of calls in one try. */
  readonly pairs: number;
  readonly tries: number;
}

/**
 * Measures two functions by turns, and compares the medians of their times: what a busy machine adds is in a few of them, and
 * falls on both alike. A machine that was busy for a whole try has another one; a true difference is there in all of them.
 *
 * @returns the ratio of the first try that is within the bounds
 * @throws an `Error` with all ratios where none is
 */
export async function medianRatio(
  one: () => Promise<void>,
  other: () => Promise<void>,
  { least, most, pairs, tries }: MedianRatioOptions,
): Promise<number> {
  const ratios: number[] = [];
  for (let at = 0; at < Math.min(500, pairs); at++) await Promise.all([one(), other()]); // compiled by now
  for (let attempt = 0; attempt < tries; attempt++) {
    const times: readonly [number[], number[]] = [[], []];
    for (let pair = 0; pair < pairs; pair++) {
      // Neither is always the second: what the first leaves behind would be its own.
      if (pair % 2 === 0) times[0].push(await timed(one));
      times[1].push(await timed(other));
      if (pair % 2 === 1) times[0].push(await timed(one));
    }
    const ratio = median(times[0]) / median(times[1]);
    if (ratio >= least && ratio <= most) return ratio;
    ratios.push(ratio);
  }
  throw new Error(
    `the medians differ in each of ${tries} tries: ${ratios.map((ratio) => ratio.toFixed(3)).join(', ')}`,
  );
}

async function timed(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
