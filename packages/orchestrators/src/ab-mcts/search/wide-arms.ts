import type { BetaParams } from './belief.js';
import { betaTail, gapWithin } from './beta-tail.js';
import { highest } from './generator-choice.js';
import type { Sampler } from './sampler.js';

/** How far the number of arms expected above the threshold may stray from what is wanted before it is set anew. */
const stray = { less: 2, more: 6 };
/** Arms that a new threshold is sought with; the others only count. */
const asked = 64;

interface Arm {
  readonly id: number;
  /** See `rateOf`. */
  rate: number;
}

/**
 * Many arms, of which the one with the highest draw is chosen, without drawing from each: as often each as if all were drawn.
 *
 * Only a few arms draw above a high threshold. Which ones is drawn first, by Poisson arrivals at rates that are kept in a
 * tree of sums; the highest of their draws, known to be above it, is the highest of all. Where none is above, all are drawn.
 */
export class WideArms {
  readonly #paramsOf: (id: number) => BetaParams;
  readonly #arms: Arm[] = [];
  readonly #places = new Map<number, number>();
  readonly #sums = new RateSums();
  /** The threshold, by how far it is from 1. */
  #gap = 0.5;

  /** @param paramsOf what is believed of an arm */
  constructor(paramsOf: (id: number) => BetaParams) {
    this.#paramsOf = paramsOf;
  }

  /** Takes in an arm, or that what is believed of it has changed. */
  update(id: number): void {
    const place = this.#places.get(id) ?? this.#arms.length;
    if (place === this.#arms.length) {
      this.#places.set(id, place);
      this.#arms.push({ id, rate: 0 });
      this.#sums.grow();
    }
    this.#rate(place);
    // Here and not when choosing: so it depends on the answers alone, and is the same in a search that is resumed.
    if (this.#arms.length >= asked && this.#isOff()) this.#reset();
  }

  /** The arm with the highest draw. */
  choose(sampler: Sampler): number {
    let [best, gap] = [-1, this.#gap];
    const seen = new Set<number>();
    for (let left = poisson(this.#sums.total, sampler); left > 0; left--) {
      const place = this.#sums.at(sampler.uniform() * this.#sums.total);
      const arm = this.#arms[place];
      if (arm === undefined || seen.has(place)) continue;
      seen.add(place);
      const params = this.#paramsOf(arm.id);
      // It is above the threshold; the question is whether it is above the best too.
      const isBest = best < 0 || sampler.uniform() * betaTail(params, this.#gap) < betaTail(params, gap);
      if (isBest) [best, gap] = [arm.id, gapWithin(params, gap, 1 - sampler.uniform())];
    }
    return best < 0 ? this.#chooseBelow(sampler) : best;
  }

  #chooseBelow(sampler: Sampler): number {
    const threshold = 1 - this.#gap;
    return highest(this.#arms, ({ id }) => {
      const params = this.#paramsOf(id);
      // One that is nearly always above it is hardly ever drawn here: it must not be waited for.
      let drawn = sampler.draw(params);
      for (let times = 1; drawn > threshold && times < 1_000; times++) drawn = sampler.draw(params);
      return drawn;
    }).id;
  }

  #rate(place: number): void {
    const arm = this.#arms[place];
    if (arm === undefined) return;
    const rate = rateOf(this.#paramsOf(arm.id), this.#gap);
    this.#sums.change(place, rate - arm.rate);
    arm.rate = rate;
  }

  #reset(): void {
    const every = Math.floor(this.#arms.length / asked);
    this.#gap = this.#gapFor(
      this.#arms.filter((_, place) => place % every === 0),
      this.#wanted / every,
    );
    this.#rateAll();
    // A few that stand out may not be among those that were asked.
    if (this.#isOff()) {
      this.#gap = this.#gapFor(this.#arms, this.#wanted);
      this.#rateAll();
    }
  }

  /** The threshold above which as many of these are expected. */
  #gapFor(arms: readonly Arm[], wanted: number): number {
    const beliefs = arms.map(({ id }) => this.#paramsOf(id));
    // By the logarithm: with many arms the threshold is very near to 1.
    let [low, high] = [-700, 0];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      const rate = beliefs.reduce((sum, params) => sum + rateOf(params, Math.exp(middle)), 0);
      if (Math.abs(rate - wanted) <= 0.1 * wanted) return Math.exp(middle);
      [low, high] = rate > wanted ? [low, middle] : [middle, high];
    }
    return Math.exp(low);
  }

  #rateAll(): void {
    for (const place of this.#arms.keys()) this.#rate(place);
  }

  #isOff(): boolean {
    const strayed = this.#sums.total - this.#wanted;
    return strayed < -stray.less || strayed > stray.more;
  }

  /** So many that among a thousand arms, too, it is rare that none is above, and all have to be drawn. */
  get #wanted(): number {
    return 1 + Math.log(this.#arms.length);
  }
}

/** A Poisson variable of this rate is above 0 as often as a draw is above the threshold. */
function rateOf(params: BetaParams, gap: number): number {
  return -Math.log1p(-Math.min(betaTail(params, gap), 1 - 1e-15));
}

/** Sums of rates in a tree (Fenwick's), so that one that changes, and one that is drawn, cost its depth. */
class RateSums {
  readonly #sums: number[] = [0];

  /** One more, at 0. */
  grow(): void {
    const at = this.#sums.length;
    // It stands for those before it that its place in the tree covers.
    let sum = 0;
    for (let below = at - 1; below > at - (at & -at); below -= below & -below) sum += this.#sums[below] ?? 0;
    this.#sums.push(sum);
  }

  change(place: number, by: number): void {
    for (let at = place + 1; at < this.#sums.length; at += at & -at) this.#sums[at] = (this.#sums[at] ?? 0) + by;
  }

  get total(): number {
    let sum = 0;
    for (let at = this.#sums.length - 1; at > 0; at -= at & -at) sum += this.#sums[at] ?? 0;
    return sum;
  }

  /** The place at which the sum of all up to it passes this. */
  at(sum: number): number {
    let [place, left] = [0, sum];
    for (let step = 1 << (31 - Math.clz32(this.#sums.length)); step > 0; step >>= 1) {
      const its = this.#sums[place + step];
      if (its === undefined || its > left) continue;
      place += step;
      left -= its;
    }
    return Math.min(place, this.#sums.length - 2);
  }
}

function poisson(rate: number, sampler: Sampler): number {
  const least = Math.exp(-rate);
  let count = 0;
  for (let product = 1 - sampler.uniform(); product > least; product *= 1 - sampler.uniform()) count++;
  return count;
}
