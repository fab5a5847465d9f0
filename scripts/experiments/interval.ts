/** A figure with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const rounds = 1_000;

/**
 * The 95 % percentile bootstrap of a figure that is computed from problems: problems are drawn anew, with replacement. For
 * two methods on the same problems, compute the difference or the ratio of both from the drawn problems: that pairs them.
 *
 * @param figure of the problems with these numbers
 */
export function bootstrap(
  problems: number,
  figure: (drawn: ArrayLike<number>) => number,
  random: () => number,
): Interval {
  const drawn = Uint32Array.from({ length: problems }, (_, at) => at);
  const value = figure(drawn);
  const figures = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < problems; at++) drawn[at] = Math.floor(random() * problems);
    figures[round] = figure(drawn);
  }
  figures.sort();
  const at = (share: number): number => figures[Math.round(share * (rounds - 1))] ?? Number.NaN;
  return { value, low: at(0.025), high: at(0.975) };
}

/** The mean of figures, one for each problem. */
export function meanOf(values: ArrayLike<number>, random: () => number): Interval {
  return bootstrap(values.length, (drawn) => sumOf(values, drawn) / drawn.length, random);
}

/** The mean of what the first has more than the second, on the same problems. */
export function gainOf(values: ArrayLike<number>, others: ArrayLike<number>, random: () => number): Interval {
  return meanOf(
    Float64Array.from(values, (value, at) => value - (others[at] ?? 0)),
    random,
  );
}

/** The share that the first reaches of the second, on the same problems. */
export function shareOf(values: ArrayLike<number>, others: ArrayLike<number>, random: () => number): Interval {
  return bootstrap(values.length, (drawn) => sumOf(values, drawn) / sumOf(others, drawn), random);
}

function sumOf(values: ArrayLike<number>, drawn: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < drawn.length; at++) sum += values[drawn[at] ?? 0] ?? 0;
  return sum;
}

/** `97.1 % [96.5, 97.7]`. */
export function inPercent(interval: Interval): string {
  const [value, low, high] = [interval.value, interval.low, interval.high].map((share) => (100 * share).toFixed(1));
  return `${value} % [${low}, ${high}]`;
}

/** `+5.1 [4.2, 6.0]`: a difference of two shares, in points of a hundred. */
export function inPoints(interval: Interval): string {
  const [value, low, high] = [interval.value, interval.low, interval.high].map((share) => (100 * share).toFixed(1));
  return `${interval.value > 0 ? '+' : ''}${value} [${low}, ${high}]`;
}

/** `0.531 [0.52, 0.54]`, with so many digits. */
export function inFigures({ value, low, high }: Interval, digits = 3): string {
  return `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}
