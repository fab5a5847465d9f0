import type { BetaParams } from './belief.js';
import { betaTail, gapWithin } from './beta-tail.js';
import { highest } from './generator-choice.js';
import type { Sampler } from './sampler.js';
import { SumTree } from './sum-tree.js';

/** How far the number of arms expected above the threshold may stray from what is wanted before it is set anew. */
const stray = { less: 2, more: 6 };
/** Arms that a new threshold is sought with; the others only count. */
const asked = 64;

/**
 * Many arms, of which the one with the highest draw is chosen, without drawing from each: as often each as if all were drawn.
 *
 * Only a few arms draw above a high threshold. Which ones is drawn first, by Poisson arrivals at rates that are kept in a
 * tree of sums; the highest of their draws, known to be above it, is the highest of all. Where none is above, all are drawn.
 *
 * What it does depends on what was told, and not on when it was asked to choose: so it is the same in a search that is resumed.
 */
export class WideArms {
  readonly #paramsOf: (id: number) => BetaParams;
  readonly #ids: number[] = [];
  readonly #places = new Map<number, number>();
  /** See `rateOf`. */
  readonly #rates = new SumTree();
  /** The threshold, by how far it is from 1. */
  #gap = 0.5;

  /** @param paramsOf what is believed of an arm */
  constructor(ids: readonly number[], paramsOf: (id: number) => BetaParams) {
    this.#paramsOf = paramsOf;
    for (const id of ids) this.#reckon(id);
    this.#reset();
  }

  /** Takes in an arm, or that what is believed of it has changed. */
  update(id: number): void {
    this.#reckon(id);
    if (this.#isOff) this.#reset();
  }

  /** The arm with the highest draw. */
  choose(sampler: Sampler): number {
    let [best, nearest] = [-1, this.#gap];
    const seen: number[] = [];
    for (let left = poisson(this.#rates.total, sampler); left > 0; left--) {
      const place = this.#rates.at(sampler.uniform() * this.#rates.total);
      const id = this.#ids[place];
      if (id === undefined || seen.includes(place)) continue;
      seen.push(place);
      const gap = gapWithin(this.#paramsOf(id), this.#gap, tailOf(this.#rates.value(place)), sampler);
      if (gap < nearest || best < 0) [best, nearest] = [id, gap];
    }
    return best < 0 ? this.#chooseBelow(sampler) : best;
  }

  #chooseBelow(sampler: Sampler): number {
    const threshold = 1 - this.#gap;
    return highest(this.#ids, (id) => {
      const params = this.#paramsOf(id);
      // One that is nearly always above it is hardly ever drawn here: it must not be waited for.
      let drawn = sampler.draw(params);
      for (let times = 1; drawn > threshold && times < 1_000; times++) drawn = sampler.draw(params);
      return drawn;
    });
  }

  #reckon(id: number): void {
    const place = this.#places.get(id) ?? this.#ids.length;
    if (place === this.#ids.length) {
      this.#places.set(id, place);
      this.#ids.push(id);
    }
    this.#rates.set(place, rateOf(this.#paramsOf(id), this.#gap));
  }

  /** Seeks a threshold that is right for what is believed by now. */
  #reset(): void {
    const every = Math.max(1, Math.floor(this.#ids.length / asked));
    this.#moveTo(
      this.#gapFor(
        this.#ids.filter((_, place) => place % every === 0),
        this.#wanted / every,
      ),
    );
    // A few that stand out may not be among those that were asked.
    if (this.#isOff && every > 1) this.#moveTo(this.#gapFor(this.#ids, this.#wanted));
  }

  #moveTo(gap: number): void {
    this.#gap = gap;
    for (const id of this.#ids) this.#reckon(id);
  }

  get #isOff(): boolean {
    const strayed = this.#rates.total - this.#wanted;
    return strayed < -stray.less || strayed > stray.more;
  }

  /** So many that among a thousand arms, too, it is rare that none is above, and all have to be drawn. */
  get #wanted(): number {
    return 1 + Math.log(this.#ids.length);
  }

  /** The threshold above which as many of these are expected. */
  #gapFor(ids: readonly number[], wanted: number): number {
    const beliefs = ids.map((id) => this.#paramsOf(id));
    // By the logarithm: with many arms the threshold is very near to 1. Rates are powers of it there, more or less.
    let [low, high, at, power] = [-700, 0, Math.log(this.#gap), 1];
    for (let step = 0; step < 60; step++) {
      const rate = beliefs.reduce((sum, params) => sum + rateOf(params, Math.exp(at)), 0);
      if (Math.abs(rate - wanted) <= 0.1 * wanted) break;
      [low, high] = rate > wanted ? [low, at] : [at, high];
      const guess = at + Math.log(wanted / rate) / power;
      power *= 1.5; // a step too far is followed by shorter ones
      at = guess > low && guess < high ? guess : (low + high) / 2;
    }
    return Math.exp(at);
  }
}

/** A Poisson variable of this rate is above 0 as often as a draw is above the threshold. */
function rateOf(params: BetaParams, gap: number): number {
  return -Math.log1p(-Math.min(betaTail(params, gap), 1 - 1e-15));
}

/** How often a draw is above the threshold, by its rate. */
function tailOf(rate: number): number {
  return -Math.expm1(-rate);
}

function poisson(rate: number, sampler: Sampler): number {
  const least = Math.exp(-rate);
  let count = 0;
  for (let product = 1 - sampler.uniform(); product > least; product *= 1 - sampler.uniform()) count++;
  return count;
}
