// What a tree search takes by itself: answers and scores are there at once. Figures are ratios and CPU per expansion.
import { TreeSearch, type SearchPolicyName } from '@tako/orchestrators/ab-mcts';

const policies: readonly SearchPolicyName[] = [
  'aggregate',
  'mixed',
  'best_of_n',
  'refine',
  'mcts',
  'best_first',
  'tree_of_thoughts',
];
const rounds = 5;
const few = 1_000;
const many = 10_000;

/** Scores that rise along a line of refinements, with steps of their own for each answer: a tree both wide and deep. */
function scoreOf(trial: number, above: number): number {
  const step = ((trial * 7919) % 1000) / 1000;
  return Math.min(1, above + (0.3 * step - 0.1) * (1 - above));
}

/** Scores by luck alone: a tree with very wide nodes. */
function luckOf(trial: number): number {
  return ((trial * 7919) % 1000) / 1000;
}

interface Measured {
  readonly isChoice?: boolean;
  readonly isLuck?: boolean;
}

/**
 * Nodes that a search of `aggregate` passes for an answer: on its way down, where it does not refine the best answer, and on
 * the way back up, with the score. By its definition it draws at each, and tells each: so this is what cannot be less.
 */
function passed(count: number): readonly [down: number, up: number] {
  const search = new TreeSearch({ generators: ['one', 'other'] });
  const scores: number[] = [];
  let [down, up] = [0, 0];
  for (let at = 0; at < count; at++) {
    const [trial] = search.ask();
    if (trial === undefined) throw new Error('the search ended');
    const nodes = search.tree.depth(trial.parent) + 2;
    up += nodes;
    if (at % 2 === 0) down += nodes;
    const score = scoreOf(trial.id, scores[trial.parent] ?? 0.3);
    scores.push(score);
    search.tell(trial.id, { score });
  }
  return [down / count, up / count];
}

/** CPU milliseconds of a search of so many answers; of its final choice, where `isChoice`. */
function cpuMs(policy: SearchPolicyName, count: number, { isChoice = false, isLuck = false }: Measured = {}): number {
  const search = new TreeSearch({ generators: ['one', 'other'], policy });
  const scores: number[] = [];
  let before = process.cpuUsage();
  for (let at = 0; at < count; at++) {
    const [trial] = search.ask();
    if (trial === undefined) throw new Error('the search ended');
    const score = isLuck ? luckOf(trial.id) : scoreOf(trial.id, scores[trial.parent] ?? 0.3);
    scores.push(score);
    search.tell(trial.id, { score });
  }
  if (isChoice) {
    before = process.cpuUsage();
    search.best();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

/** Alternating rounds, so that a slow moment of the machine meets all. */
function measure(ways: readonly (() => number)[]): number[] {
  for (const way of ways) way(); // the compiler's time is not what is measured
  const samples = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round++) for (const [at, way] of ways.entries()) samples[at]?.push(way());
  return samples.map((figures) => median(figures));
}

console.log(`search: CPU, median of ${rounds} alternating rounds, Node ${process.versions.node}`);
console.log(
  `${''.padEnd(18)}${'ms for 1 000'.padStart(14)}${'us an answer'.padStart(14)}${'10 000 : 1 000'.padStart(16)}`,
);
for (const [name, ways] of [
  ...policies.map((policy) => [policy, [() => cpuMs(policy, few), () => cpuMs(policy, many)]] as const),
  ...(['aggregate', 'mixed'] as const).map(
    (policy) =>
      [
        `${policy}, by luck`,
        [() => cpuMs(policy, few, { isLuck: true }), () => cpuMs(policy, many, { isLuck: true })],
      ] as const,
  ),
  [
    'final choice',
    [() => cpuMs('aggregate', few, { isChoice: true }), () => cpuMs('aggregate', many, { isChoice: true })],
  ] as const,
]) {
  const [small = Number.NaN, large = Number.NaN] = measure(ways);
  const cells = [small.toFixed(1).padStart(14), ((1_000 * large) / many).toFixed(1).padStart(14)];
  console.log(`${name.padEnd(18)}${cells.join('')}${(large / small).toFixed(1).padStart(16)}`);
}

const [[fewDown, fewUp], [manyDown, manyUp]] = [passed(few), passed(many)];
const times = (large: number, small: number): string => `${large.toFixed(1)} (${(large / small).toFixed(1)} times)`;
console.log(
  `aggregate passes, for an answer of ${few}: ${fewDown.toFixed(1)} nodes down and ${fewUp.toFixed(1)} up; of ${many}: ${times(manyDown, fewDown)} and ${times(manyUp, fewUp)}`,
);
