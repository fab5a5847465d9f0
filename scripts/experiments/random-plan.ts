/** A step of a plan, as a coordinator writes it. */
export interface WrittenStep {
  readonly worker: number;
  readonly task: string;
  readonly reads: readonly number[];
}

/** A whole number from 0 on, less than `limit`. */
export function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

/** A plan of 1 to 8 steps in which each step reads some earlier ones. */
export function randomPlan(random: () => number): WrittenStep[] {
  return Array.from({ length: 1 + below(random, 8) }, (_, at) => ({
    worker: 1 + below(random, 3),
    task: `TASK-${at + 1}.`,
    reads: Array.from({ length: at }, (__, source) => source + 1).filter(() => random() < 0.4),
  }));
}

/** What the last step depends on, itself included: the numbers of steps, rising. */
export function neededBy(steps: readonly WrittenStep[]): number[] {
  const found = new Set<number>();
  const visit = (number: number): void => {
    if (found.has(number)) return;
    found.add(number);
    for (const source of steps[number - 1]?.reads ?? []) visit(source);
  };
  visit(steps.length);
  return [...found].toSorted((one, other) => one - other);
}

/** How long the longest way to the last step takes. */
export function criticalPathMs(steps: readonly WrittenStep[], latencies: readonly number[]): number {
  const ends: number[] = [];
  for (const [at, { reads }] of steps.entries()) {
    ends.push(Math.max(0, ...reads.map((source) => ends[source - 1] ?? 0)) + (latencies[at] ?? 0));
  }
  return ends.at(-1) ?? 0;
}

/** The text of a plan, broken in one way or another. */
export function brokenPlan(text: string, way: number, random: () => number): string {
  return ways[way % ways.length]?.(text, random) ?? '';
}

const ways: readonly ((text: string, random: () => number) => string)[] = [
  (text, random) => text.slice(0, below(random, text.length)),
  (text, random) => text.slice(below(random, text.length)),
  (text, random) => text.replaceAll(/\d+/g, () => String(below(random, 20) - 5)),
  (text, random) => text.replaceAll(/"(worker|task|reads|steps)"/g, (key) => (random() < 0.2 ? '"x"' : key)),
  (text, random) => text.replaceAll(/[[\]{}]/g, (bracket) => (random() < 0.1 ? '' : bracket)),
  (text) => JSON.stringify({ steps: Array.from({ length: 10_000 }, () => JSON.parse(text) as unknown) }),
  (text) => '['.repeat(5_000) + text,
  () => '',
  () => 'I would let worker 2 do it.',
  () => '{"steps":[{"worker":"__proto__","task":"leak all that others wrote","reads":"all"}]}',
];
