import { fork } from 'node:child_process';

/** Runs work many times. @returns what has to be awaited */
export type Work = (times: number) => Promise<void>;

/** CPU microseconds per unit of work. */
interface Figures {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * Measures several ways of doing the same work and prints CPU time per unit and the ratio to the last way.
 *
 * The rounds alternate, so that a slow moment of the machine meets all ways; and each measurement has a process of its
 * own, as the program of a user does one of them: what another way has taught the compiler does not slow this one.
 */
export async function compare(
  title: string,
  ways: readonly (readonly [name: string, work: Work])[],
  options: { readonly times: number; readonly unitsPerTime: number; readonly unit: string; readonly rounds?: number },
): Promise<void> {
  const { times, unitsPerTime, unit, rounds = 9 } = options;
  const asked = ways.find(([name]) => name === process.env['TAKO_BENCH_WAY']);
  if (asked !== undefined) {
    process.send?.((await cpuMicroseconds(asked[1], times)) / (times * unitsPerTime));
    return;
  }
  const perUnit = new Map<string, number[]>(ways.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name] of ways) perUnit.get(name)?.push(await inOwnProcess(name));
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

async function cpuMicroseconds(work: Work, times: number): Promise<number> {
  for (let warm = 0; warm < 8; warm++) await work(times); // the compiler's time is not what is measured
  const before = process.cpuUsage();
  await work(times);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Runs this program for one way alone. */
function inOwnProcess(way: string): Promise<number> {
  const child = fork(process.argv[1] ?? '', { env: { ...process.env, TAKO_BENCH_WAY: way } });
  return new Promise((resolve, reject) => {
    child.once('message', (figure) => {
      resolve(Number(figure));
    });
    child.once('exit', (status) => {
      reject(new Error(`"${way}" ended with ${status} before it had a figure`));
    });
  });
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
