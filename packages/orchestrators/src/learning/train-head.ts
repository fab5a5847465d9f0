import { invalidOptions } from '@tako/core';

import { isShare } from '../routers/filtered.js';
import { SeededRandom } from '../routers/seeded-random.js';
import type { Role } from '../trinity/role.js';
import { completeOutcomes } from './complete-outcomes.js';
import { encoded, hashedNgrams, versionOf, type Encoder } from './encoder.js';
import { emptyHead, fitHead, headLogits, type Examples, type Fit, type Head } from './fit-head.js';
import { roleFeatureVersion } from './head-role-router.js';
import { readWeights, sealWeights, checkSamePool, type HeadWeights } from './head-weights.js';
import { checkCostWeight, featuresOfTasks, type RoutingTask } from './routing-task.js';
import { searchHead } from './search-head.js';
import { firstRoles } from './first-roles.js';
import { turnFeatureCount } from './turn-features.js';

/** What `trainHead` takes: tasks, whole runs, or both. */
export interface TrainHeadOptions {
  /** Provider ids; with `roles`, names of agents. */
  readonly pool: readonly string[];
  /** The roles of a team, for `headRoleRouter`. @defaultValue none: the head only chooses who */
  readonly roles?: Readonly<Record<string, Role>> | undefined;
  /** Tasks whose outcomes are known; see `readOutcomeLog` for those of a log. @defaultValue none */
  readonly tasks?: readonly RoutingTask[] | undefined;
  /**
   * Plays whole runs by a head, one for each number, and gives their rewards. The same number has to be the same run but for the
   * head. With it the head is searched on by sep-CMA-ES; runs of real models cost what they cost.
   *
   * @defaultValue none
   */
  readonly play?:
    | ((weights: HeadWeights, episodes: readonly number[]) => readonly number[] | Promise<readonly number[]>)
    | undefined;
  /** Where to go on from. @defaultValue the best single one, in the usual order of roles */
  readonly initialWeights?: HeadWeights | undefined;
  /** @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
  /** @defaultValue 1 */
  readonly seed?: number | undefined;
  /** How many points of score a US dollar is worth. @defaultValue 0 */
  readonly costWeight?: number | undefined;
  /** Of the softmax that makes soft targets of scores. @defaultValue 0.2 */
  readonly temperature?: number | undefined;
  /** Runs of each head that is tried. @defaultValue 16 */
  readonly runs?: number | undefined;
  /** How far the search looks round the head, at first. @defaultValue 0.03 */
  readonly sigma?: number | undefined;
  /** At most; it stops before when held-out runs get no better. @defaultValue 60 */
  readonly generations?: number | undefined;
  /** Runs by which the search is watched, and as many by which it is judged. @defaultValue 200 */
  readonly heldOutRuns?: number | undefined;
  /** Stops the search. */
  readonly signal?: AbortSignal | undefined;
}

/** What a stage of training came to. */
export interface TrainingStage {
  readonly stage: 'soft_targets' | 'expected_reward' | 'search';
  /** Mean reward on held-out tasks or runs, of what there was before the stage. */
  readonly before: number;
  /** The same, after it. */
  readonly after: number;
  /** Whether it was better: if not, the stage was undone. */
  readonly kept: boolean;
}

/** A trained head, and how it came to be. */
export interface TrainedHead {
  readonly weights: HeadWeights;
  readonly stages: readonly TrainingStage[];
}

/** Parts into which tasks are cut: each is held out once. */
const folds = 5;
const decays = [1e-4, 1e-3, 1e-2];

/**
 * Trains a linear head over the features of a text in up to three stages, each of which is kept only where it is better on
 * held-out data:
 *
 * 1. soft targets: the head's shares come close to a softmax over the scores (KL divergence);
 * 2. expected reward: the mean score of whom the head would draw goes up;
 * 3. search: sep-CMA-ES on whole runs, round what there is.
 *
 * It starts from the best single one, and so is that where nothing better is learned. Tasks may know the outcomes of some of
 * the pool only. The same options give the same weights.
 *
 * @throws `invalid` for tasks or options that cannot be; `cancelled`
 * @see https://arxiv.org/abs/2512.04695 and https://arxiv.org/abs/2606.21228 (abstracts read 2026-11-23)
 */
export async function trainHead(options: TrainHeadOptions): Promise<TrainedHead> {
  const { pool, roles = {}, tasks = [], play, encoder = hashedNgrams(), seed = 1, costWeight = 0 } = options;
  checkOptions(options);
  const roleNames = Object.keys(roles);
  const lines = pool.length + roleNames.length;
  const features = roleNames.length > 0 ? roleFeatureVersion(encoder) : versionOf(encoder);
  const points = tasks.length > 0 ? featuresOfTasks(tasks, encoder, 'trainHead') : [];
  const textWidth = points[0]?.length ?? encoded(encoder, '', 'trainHead').length;
  const width = textWidth + (roleNames.length > 0 ? turnFeatureCount + roleNames.length : 0);
  const random = new SeededRandom(seed);
  const stages: TrainingStage[] = [];

  const seal = (head: Head): HeadWeights => sealHead(head, { features, pool, roles: roleNames });
  let head = options.initialWeights === undefined ? firstHead() : opened(options.initialWeights);

  if (points.length > 0) {
    // Roles are not in the tasks: only the part of the head that chooses who is fitted, on what the text says.
    const examples = { points, values: completeOutcomes(tasks, points, pool, costWeight) };
    const part = fitInStages(cut(head, textWidth, pool.length), examples, options, random, stages);
    head = pasted(head, part);
  }
  if (play !== undefined) {
    const { runs = 16, sigma = 0.03, generations = 60, heldOutRuns = 200, signal } = options;
    const search = { runs, sigma, generations, heldOutRuns, signal };
    const plays = async (tried: Head, episodes: readonly number[]): Promise<readonly number[]> =>
      play(seal(tried), episodes);
    const found = await searchHead(head, { ...search, play: plays }, random);
    const kept = found.after > found.before;
    stages.push({ stage: 'search', before: found.before, after: found.after, kept });
    if (kept) head = found.head;
  }
  return { weights: seal(head), stages };

  function firstHead(): Head {
    const empty = emptyHead(width, lines);
    if (roleNames.length > 0) firstRoles(empty, roles, pool.length, textWidth);
    return empty;
  }
  function opened(given: HeadWeights): Head {
    const weights = readWeights(given, 'trainHead');
    checkSamePool(weights.pool, pool, 'trainHead');
    checkSamePool(weights.roles, roleNames, 'trainHead');
    if (weights.width !== width || weights.features !== features) {
      throw invalidOptions('trainHead', `initialWeights are for features ${weights.features}; these are ${features}`);
    }
    return {
      width,
      lines,
      values: Float64Array.from(weights.rows.flatMap((row, at) => [...row, weights.bias[at] ?? 0])),
    };
  }
}

/** Both stages on tasks, each judged by what it does for the tasks that it was not shown; then done once more on all. */
function fitInStages(
  from: Head,
  examples: Examples,
  { temperature = 0.2 }: TrainHeadOptions,
  random: SeededRandom,
  stages: TrainingStage[],
): Head {
  const parts = folded(examples, random);
  const start = (shown: Examples): Head => (from.values.every((value) => value === 0) ? bestSingle(from, shown) : from);
  const soft = (decay: number): Fit => ({ aim: 'soft_targets', temperature, decay, epochs: 40, rate: 0.1 });
  const reward = (decay: number): Fit => ({ aim: 'expected_reward', temperature, decay, epochs: 30, rate: 0.03 });
  type Training = (shown: Examples) => Head;
  const heldOut = (train: Training): number => {
    const values = parts.flatMap(({ shown, hidden }) => rewards(train(shown), hidden));
    return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  };
  let training: Training = start;
  let before = heldOut(training);
  for (const [stage, fitOf] of [
    ['soft_targets', soft],
    ['expected_reward', reward],
  ] as const) {
    const previous = training;
    const tried = decays.map((decay) => {
      const train: Training = (shown) => fitHead(previous(shown), shown, fitOf(decay), new SeededRandom(random.state));
      return { train, after: heldOut(train) };
    });
    const best = tried.reduce((one, other) => (other.after > one.after ? other : one));
    const kept = best.after > before;
    stages.push({ stage, before, after: best.after, kept });
    if (kept) [training, before] = [best.train, best.after];
  }
  return training(examples);
}

/** A head that always chooses who is best in the mean. */
function bestSingle(from: Head, { values }: Examples): Head {
  const head = { ...from, values: from.values.slice() };
  for (let line = 0; line < head.lines; line++) {
    const sum = values.reduce((total, its) => total + (its[line] ?? 0), 0);
    head.values[line * (head.width + 1) + head.width] = sum / Math.max(1, values.length);
  }
  return head;
}

/** What those that the head chooses are worth. */
function rewards(head: Head, { points, values }: Examples): number[] {
  return points.map((point, at) => {
    const logits = headLogits(head, point);
    return values[at]?.[logits.indexOf(Math.max(...logits))] ?? 0;
  });
}

function folded({ points, values }: Examples, random: SeededRandom): { shown: Examples; hidden: Examples }[] {
  const order = random.shuffled(points.map((_, at) => at));
  const among = (members: readonly number[]): Examples => ({
    points: members.map((at) => points[at] ?? new Float32Array()),
    values: members.map((at) => values[at] ?? []),
  });
  return Array.from({ length: Math.min(folds, points.length) }, (_, fold) => ({
    shown: among(order.filter((__, place) => place % folds !== fold)),
    hidden: among(order.filter((__, place) => place % folds === fold)),
  }));
}

/** The upper left part of a head: its first lines, over its first features. */
function cut(head: Head, width: number, lines: number): Head {
  const part = emptyHead(width, lines);
  for (let line = 0; line < lines; line++) {
    const [from, to] = [line * (head.width + 1), line * (width + 1)];
    for (let at = 0; at < width; at++) part.values[to + at] = head.values[from + at] ?? 0;
    part.values[to + width] = head.values[from + head.width] ?? 0;
  }
  return part;
}

function pasted(head: Head, part: Head): Head {
  const whole = { ...head, values: head.values.slice() };
  for (let line = 0; line < part.lines; line++) {
    const [from, to] = [line * (part.width + 1), line * (head.width + 1)];
    for (let at = 0; at < part.width; at++) whole.values[to + at] = part.values[from + at] ?? 0;
    whole.values[to + head.width] = part.values[from + part.width] ?? 0;
  }
  return whole;
}

function sealHead(
  { width, lines, values }: Head,
  names: Pick<HeadWeights, 'features' | 'pool' | 'roles'>,
): HeadWeights {
  const rows = Array.from({ length: lines }, (_, line) => [
    ...values.subarray(line * (width + 1), (line + 1) * (width + 1)),
  ]);
  return sealWeights({
    ...names,
    width,
    rows: rows.map((row) => row.slice(0, width)),
    bias: rows.map((row) => row[width] ?? 0),
  });
}

function checkOptions({
  pool,
  tasks = [],
  play,
  costWeight = 0,
  temperature = 0.2,
  runs = 16,
  sigma = 0.03,
  generations = 60,
  heldOutRuns = 200,
}: TrainHeadOptions): void {
  const where = 'trainHead';
  if (pool.length === 0 || new Set(pool).size < pool.length) {
    throw invalidOptions(where, 'the pool must hold at least one id, and each once');
  }
  if (tasks.length === 0 && play === undefined) throw invalidOptions(where, 'it needs tasks, or runs to play');
  if (!tasks.every(({ outcomes }) => Object.values(outcomes).every(({ score }) => isShare(score)))) {
    throw invalidOptions(where, 'scores must be 0 to 1');
  }
  checkCostWeight(costWeight, where);
  for (const [name, value] of Object.entries({ temperature, runs, sigma, generations, heldOutRuns })) {
    if (!(value > 0 && value < Infinity)) throw invalidOptions(where, `${name} must be above 0, got ${value}`);
  }
}
