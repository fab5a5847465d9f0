/** A place on an axis that is named. */
interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Where the values of an axis lie. */
export interface Axis {
  /** 0 at its beginning, 1 at its end. */
  readonly share: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** How the values of an axis are laid out. */
export type AxisOptions =
  /** Evenly, from 0 or the least of them to the most. */
  | { readonly kind?: 'even' | undefined; readonly from?: number | undefined; readonly text: (value: number) => string }
  /** Evenly between these two. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number; readonly text: (value: number) => string }
  /** By their logarithms: each doubling takes the same room. Only values that occur are named. */
  | { readonly kind: 'doubling'; readonly text: (value: number) => string }
  /** 0, 1, 2 and so on stand for names. */
  | { readonly kind: 'names'; readonly names: readonly string[] };

/** Lays out an axis for values. */
export function axisOf(options: AxisOptions, values: readonly number[]): Axis {
  switch (options.kind) {
    case 'names': {
      const { names } = options;
      const share = (value: number): number => (value + 0.5) / names.length;
      return { share, ticks: names.map((text, at) => ({ at, text })) };
    }
    case 'doubling': {
      const known = [...new Set(values)].filter((value) => value > 0).toSorted((one, other) => one - other);
      const [least = 1, most = 1] = [known[0], known.at(-1)];
      const span = Math.log(most / least);
      const share = (value: number): number => (span > 0 ? 0.04 + (0.92 * Math.log(value / least)) / span : 0.5);
      return { share, ticks: known.map((at) => ({ at, text: options.text(at) })) };
    }
    case 'range':
      return even(options.from, options.to, options.text);
    default: {
      const { from = 0, text } = options;
      const most = Math.max(from, ...values);
      const step = niceStep(most - from);
      return even(from, from + step * Math.max(1, Math.ceil((most - from) / step - 1e-9)), text);
    }
  }
}

function even(from: number, to: number, text: (value: number) => string): Axis {
  const step = niceStep(to - from);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  const ticks = Array.from({ length: Math.max(0, count) }, (_, at) => {
    const value = Number(((first + at) * step).toPrecision(12));
    return { at: value, text: text(value) };
  });
  return { share: (value) => (value - from) / (to - from), ticks };
}

/** The least of 1, 2, 5, 10, 20 and so on that goes into a span five times at most. */
function niceStep(span: number): number {
  if (!(span > 0 && Number.isFinite(span))) return 1;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power * 5 >= span * (1 - 1e-9)) ?? 10) * power;
}
