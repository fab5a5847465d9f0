import { invalidOptions, type JsonObject, type Route } from '@tako/core';

import { asObject, isShare, routerOf, type LearningRouter, type RouterOptions } from '../routers/filtered.js';
import { SeededRandom } from '../routers/seeded-random.js';
import { ChangeDetector } from './change-detector.js';
import { hashedNgrams, type Encoder } from './encoder.js';
import { LearnedPool } from './learned-pool.js';
import { LinearArm, type Prediction } from './linear-arm.js';
import { normal } from './normal.js';
import { OutcomeMeans } from './outcome-means.js';
import { checkCostWeight } from './routing-task.js';
import { SafetyAccount } from './safety-account.js';

/** What `banditRouter` takes. */
export interface BanditRouterOptions extends RouterOptions {
  /** Provider ids. The first is the default: where nothing is known, and what the gate falls back to. */
  readonly pool: readonly string[];
  /**
   * How it tries what it does not know well: a draw from what each could be worth (`thompson`), the most that each could be
   * worth (`linucb`), or anybody now and then (`epsilon`).
   *
   * @defaultValue `thompson`
   */
  readonly kind?: 'thompson' | 'linucb' | 'epsilon' | undefined;
  /**
   * `pessimistic`: the default is left where another is better even at the least that it could be worth; trying others may
   * cost no more than a twentieth of what the default would have earned, and five points of score to begin with. `none`: no
   * such care.
   *
   * @defaultValue `pessimistic`
   */
  readonly gate?: 'pessimistic' | 'none' | undefined;
  /** How many points of score a US dollar is worth. @defaultValue 0 */
  readonly costWeight?: number | undefined;
  /** What an outcome counts after the next one, above 0 to 1; less forgets faster. @defaultValue 0.999 */
  readonly forget?: number | undefined;
  /** How much it tries: deviations for `thompson` and `linucb`, share of calls for `epsilon`. @defaultValue 0.2; 0.05 */
  readonly explore?: number | undefined;
  /** @defaultValue `hashedNgrams({ dimensions: 64 })` */
  readonly encoder?: Encoder | undefined;
  /** @defaultValue 1 */
  readonly seed?: number | undefined;
}

/** Features have length 1: this much regression to the middle is worth a few outcomes in each direction. */
const ridge = 3;
/** Share of what it knew that an arm keeps after a change. */
const keptAfterChange = 0.02;
/** Surprises of an arm that hardly knows anything are none. */
const leastCount = 20;

/**
 * Learns while it works who is how good at what, from the scores of those that were asked alone: one linear model of the reward
 * for each of the pool. Where outcomes stop being what was expected, an arm begins anew.
 *
 * Without scores (`Outcome.score`) it learns nothing, and the default is asked. Hand the `features` of the route back in the
 * outcome, or the request.
 *
 * @throws `invalid` for options that cannot work, and the state of another pool, encoder or kind; see `filtered`. `route`
 *   throws `invalid` for a candidate outside of the pool.
 * @see https://arxiv.org/abs/1003.0146 (LinUCB; abstract read 2026-11-23)
 */
export function banditRouter(options: BanditRouterOptions): LearningRouter {
  const { kind = 'thompson', gate = 'pessimistic', costWeight = 0, forget = 0.999, seed = 1 } = options;
  const { explore = kind === 'epsilon' ? 0.05 : 0.2, encoder = hashedNgrams({ dimensions: 64 }) } = options;
  const where = 'banditRouter';
  checkCostWeight(costWeight, where);
  if (!(forget > 0 && forget <= 1)) throw invalidOptions(where, `forget must be above 0 to 1, got ${forget}`);
  if (!(explore >= 0 && explore < Infinity)) throw invalidOptions(where, `explore must be 0 or more, got ${explore}`);
  const pool = new LearnedPool(options.pool, encoder, where);
  let random = new SeededRandom(seed);
  let costs = new OutcomeMeans(pool.ids.length);
  let learner: Learner | undefined;

  const usd = (member: number): number => (costWeight === 0 ? 0 : costWeight * (costs.costUsd(member) ?? 0));
  const opened = (width: number): Learner => (learner ??= new Learner(width, pool.ids.length));

  return routerOf(options, {
    kind: 'bandit_router',
    choose({ request, candidates }): Route {
      pool.check(candidates);
      const features = pool.featuresOf({ request });
      const known = opened(features.length);
      if (known.width !== features.length) {
        throw invalidOptions(where, `it has learned from ${known.width} features, the encoder gave ${features.length}`);
      }
      const point = withOne(features);
      const offered = pool.ids.flatMap((id, member) => {
        if (!candidates.some((candidate) => candidate.id === id)) return [];
        const { mean, deviation } = known.predict(member, point);
        return [{ id, member, worth: mean - usd(member), deviation }];
      });
      // The default, or the next of the pool where it cannot take the call.
      const [fallback] = offered;
      if (fallback === undefined) throw invalidOptions(where, 'there are no candidates');
      const greedy = highest(offered, ({ worth }) => worth);
      const tried =
        kind === 'epsilon' ? anybody() : highest(offered, ({ worth, deviation }) => worth + bonus(deviation));
      const safe = gate === 'none' || known.account.allows();
      const chosen = safe ? tried : cautious();
      const how = chosen === greedy ? 'best' : chosen === tried ? 'tried' : 'not yet beaten for sure';
      const reason = `${how}: about ${chosen.worth.toFixed(2)}, give or take ${(noise * chosen.deviation).toFixed(2)}`;
      return { providerId: chosen.id, reason, confidence: clamped(chosen.worth), features: [...features] };

      function bonus(deviation: number): number {
        return explore * deviation * (kind === 'thompson' ? normal(random) : 1);
      }
      function anybody(): (typeof offered)[number] {
        const drawn = random.next() < explore ? offered[Math.floor(random.next() * offered.length)] : undefined;
        return drawn ?? greedy;
      }
      /** The default, unless another is better at the least that it could be worth. */
      function cautious(): (typeof offered)[number] {
        const least = ({ worth, deviation }: (typeof offered)[number]): number => worth - noise * deviation;
        const surest = highest(offered, least);
        return fallback === undefined || least(surest) > fallback.worth ? surest : fallback;
      }
    },
    learn(outcome) {
      const member = pool.ids.indexOf(outcome.providerId);
      if (member < 0) return;
      costs.add(member, undefined, outcome.costUsd);
      if (!isShare(outcome.score)) return;
      const features = pool.featuresIn(outcome);
      if (features === undefined) return;
      opened(features.length).learn(member, withOne(features), outcome.score, forget);
    },
    state: () => ({
      ...pool.state(),
      bandit: kind,
      random: random.state,
      costs: costs.state(),
      learner: learner?.state() ?? null,
    }),
    restore(state) {
      pool.checkState(state);
      if (state['bandit'] !== kind)
        throw invalidOptions(where, `initialState is of a ${JSON.stringify(state['bandit'])} bandit`);
      if (typeof state['random'] === 'number') random = new SeededRandom(state['random']);
      costs = OutcomeMeans.from(pool.ids.length, state['costs']) ?? costs;
      const saved = asObject(state['learner']);
      const { width } = saved;
      if (typeof width !== 'number' || !Number.isInteger(width) || width < 1 || width > 4_096) return;
      learner = new Learner(width, pool.ids.length);
      learner.restore(saved);
    },
  });
}

/** How far single scores are from their mean: that of a coin. */
const noise = 0.5;

/** All that a bandit knows of scores. */
class Learner {
  readonly width: number;
  readonly account: SafetyAccount = new SafetyAccount();
  readonly #arms: readonly LinearArm[];
  readonly #changes: readonly ChangeDetector[];

  constructor(width: number, members: number) {
    this.width = width;
    this.#arms = Array.from({ length: members }, () => new LinearArm(width + 1, ridge));
    this.#changes = this.#arms.map(() => new ChangeDetector());
  }

  /** Rewards are learned as differences from the middle: who knows nothing says 0.5. */
  predict(member: number, point: Float64Array): Prediction {
    const { mean = 0, deviation = 1 } = this.#arms[member]?.predict(point) ?? {};
    return { mean: 0.5 + mean, deviation };
  }

  learn(member: number, point: Float64Array, score: number, forget: number): void {
    const arm = this.#arms[member];
    if (arm === undefined) return;
    const expected = this.predict(member, point).mean;
    this.account.book(score, this.predict(0, point).mean, member === 0);
    if (arm.count >= leastCount && this.#changes[member]?.sees(score - expected) === true) arm.fade(keptAfterChange);
    for (const other of this.#arms) other.fade(forget);
    arm.learn(point, score - 0.5);
  }

  state(): JsonObject {
    return {
      width: this.width,
      account: this.account.state(),
      arms: this.#arms.map((arm) => arm.state()),
      changes: this.#changes.map((change) => change.state()),
    };
  }

  restore({ account, arms, changes }: JsonObject): void {
    this.account.restore(account);
    for (const [member, arm] of this.#arms.entries()) {
      if (Array.isArray(arms)) arm.restore(asObject(arms[member]));
      if (Array.isArray(changes)) this.#changes[member]?.restore(changes[member]);
    }
  }
}

/** The features and a 1, for what does not depend on them. */
function withOne(features: Float32Array): Float64Array {
  const point = new Float64Array(features.length + 1);
  point.set(features);
  point[features.length] = 1;
  return point;
}

function highest<T>(items: readonly T[], of: (item: T) => number): T {
  const values = items.map(of);
  return items[values.indexOf(Math.max(...values))] as T; // there is at least one, and none is NaN
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}
