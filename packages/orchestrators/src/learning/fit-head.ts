import type { SeededRandom } from '../routers/seeded-random.js';
import { softmax } from './head-weights.js';

/** Rows of a head and their biases, in one piece: row by row, the bias last. */
export interface Head {
  readonly width: number;
  readonly lines: number;
  readonly values: Float64Array;
}

/** What a head is to be good at: one line of values for each point, as many as the head has lines. */
export interface Examples {
  readonly points: readonly Float32Array[];
  readonly values: readonly (readonly number[])[];
}

/** How a head is fitted. */
export interface Fit {
  /** `soft_targets`: the shares of a softmax over the values. `expected_reward`: the mean value of who is drawn by the head. */
  readonly aim: 'soft_targets' | 'expected_reward';
  /** Of the softmax that makes targets of values. */
  readonly temperature: number;
  /** Pull of the weights, not the biases, to nothing. */
  readonly decay: number;
  readonly epochs: number;
  readonly rate: number;
}

const batch = 32;

/** A head that knows nothing. */
export function emptyHead(width: number, lines: number): Head {
  return { width, lines, values: new Float64Array((width + 1) * lines) };
}

/** Logits of each line. */
export function headLogits({ width, lines, values }: Head, point: ArrayLike<number>): number[] {
  return Array.from({ length: lines }, (_, line) => {
    const start = line * (width + 1);
    let sum = values[start + width] ?? 0;
    for (let at = 0; at < width; at++) sum += (values[start + at] ?? 0) * (point[at] ?? 0);
    return sum;
  });
}

/** Goes on from a head, by the gradient of its aim (Adam); the given one is left as it was. */
export function fitHead(from: Head, { points, values: wanted }: Examples, fit: Fit, random: SeededRandom): Head {
  const head = { ...from, values: from.values.slice() };
  const { width, lines, values } = head;
  const targets =
    fit.aim === 'soft_targets' ? wanted.map((line) => softmax(line.map((value) => value / fit.temperature))) : wanted;
  const [first, second, gradient] = [0, 0, 0].map(() => new Float64Array(values.length));
  if (first === undefined || second === undefined || gradient === undefined) return head;
  const numbers = points.map((_, at) => at);
  const steps = fit.epochs * Math.ceil(points.length / batch);
  let step = 0;
  for (let epoch = 0; epoch < fit.epochs; epoch++) {
    const order = shuffled(numbers, random);
    for (let start = 0; start < order.length; start += batch) {
      const members = order.slice(start, start + batch);
      gradient.fill(0);
      for (const member of members) {
        const point = points[member] ?? new Float32Array(width);
        const push = pushOf(fit.aim, softmax(headLogits(head, point)), targets[member] ?? []);
        for (let line = 0; line < lines; line++) {
          const share = (push[line] ?? 0) / members.length;
          const begin = line * (width + 1);
          for (let at = 0; at < width; at++)
            gradient[begin + at] = (gradient[begin + at] ?? 0) + share * (point[at] ?? 0);
          gradient[begin + width] = (gradient[begin + width] ?? 0) + share;
        }
      }
      step++;
      const rate = fit.rate * (1 - (step - 1) / steps);
      for (let at = 0; at < values.length; at++) {
        const isBias = at % (width + 1) === width;
        const slope = (gradient[at] ?? 0) - (isBias ? 0 : fit.decay * (values[at] ?? 0));
        const mean = 0.9 * (first[at] ?? 0) + 0.1 * slope;
        const square = 0.999 * (second[at] ?? 0) + 0.001 * slope * slope;
        first[at] = mean;
        second[at] = square;
        const [unbiased, spread] = [mean / (1 - 0.9 ** step), Math.sqrt(square / (1 - 0.999 ** step))];
        values[at] = (values[at] ?? 0) + (rate * unbiased) / (spread + 1e-8);
      }
    }
  }
  return head;
}

/** The gradient of the aim by each logit. */
function pushOf(aim: Fit['aim'], shares: readonly number[], wanted: readonly number[]): number[] {
  if (aim === 'soft_targets') return shares.map((share, line) => (wanted[line] ?? 0) - share);
  const mean = shares.reduce((sum, share, line) => sum + share * (wanted[line] ?? 0), 0);
  return shares.map((share, line) => share * ((wanted[line] ?? 0) - mean));
}

function shuffled(items: readonly number[], random: SeededRandom): number[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random.next() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] ?? 0, mixed[at] ?? 0];
  }
  return mixed;
}
