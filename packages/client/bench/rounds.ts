/** Runs work many times. @returns what has to be awaited */
export type Work = (times: number) => Promise<void>;

/** CPU microseconds per unit of work. */
interface Figures {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * Measures several ways of doing the same work in alternating rounds, so that a slow moment of the machine meets all of
 * them, and prints CPU time per unit and the ratio to the last way.
 */
export async function compare(
  title: string,
  ways: readonly (readonly [name: string, work: Work])[],
  options: { readonly times: number; readonly unitsPerTime: number; readonly unit: string; readonly rounds?: number },
): Promise<void> {
  const { times, unitsPerTime, unit, rounds = 9 } = options;
  const perUnit = new Map<string, number[]>(ways.map(([name]) => [name, []]));
  for (const [, work] of ways) await work(times); // the compiler's time is not what is measured
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of ways) {
      const before = process.cpuUsage();
      await work(times);
      const { user, system } = process.cpuUsage(before);
      perUnit.get(name)?.push((user + system) / (times * unitsPerTime));
    }
  }
  const all = ways.map(([name]) => [name, figures(perUnit.get(name) ?? [])] as const);
  const base = all.at(-1)?.[1];
  console.log(`${title}: CPU us per ${unit}, ${rounds} alternating rounds, Node ${process.versions.node}`);
  print([
    ['', 'min', 'median', 'max', 'ratio of medians'],
    ...all.map(([name, { min, median, max }]) => [
      name,
      min.toFixed(2),
      median.toFixed(2),
      max.toFixed(2),
      base === undefined ? '' : (median / base.median).toFixed(1),
    ]),
  ]);
}

function figures(samples: readonly number[]): Figures {
  const sorted = samples.toSorted((left, right) => left - right);
  return {
    min: sorted.at(0) ?? Number.NaN,
    median: sorted.at(sorted.length >> 1) ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    );
  }
}
