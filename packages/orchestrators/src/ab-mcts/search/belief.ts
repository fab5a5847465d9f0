/** Normal-inverse-chi-square: what is believed of the mean of scores, and of their spread. */
export interface GaussianParams {
  readonly m: number;
  readonly kappa: number;
  readonly nu: number;
  readonly tauSquare: number;
}

/** Beta: what is believed of a share. */
export interface BetaParams {
  readonly a: number;
  readonly b: number;
}

/** The parameters of a belief. */
export type BeliefParams = GaussianParams | BetaParams;

/** The priors of the AB-MCTS paper's code: https://github.com/SakanaAI/treequest (0.2.0, read 2026-11-23). */
export const defaultPriors: { readonly beta: BetaParams; readonly gaussian: GaussianParams } = {
  beta: { a: 0.5, b: 0.5 },
  gaussian: { m: 0, kappa: 1, nu: 1, tauSquare: 0.1 },
};

/** What is believed of the scores that ways of going on bring, each way by a number from 0 on. */
export interface Beliefs {
  /** Takes in a score, 0 to 1. */
  add(way: number, score: number): void;
  params(way: number): BeliefParams;
}

/**
 * Beliefs that nothing has been told yet, in flat arrays: an answer is evidence for every node above it, and there may be
 * thousands of them.
 */
export function freshBeliefs(prior: BeliefParams): Beliefs {
  return 'a' in prior ? new BetaBeliefs(prior) : new GaussianBeliefs(prior);
}

class BetaBeliefs implements Beliefs {
  readonly #prior: BetaParams;
  #a = new Float64Array();
  #b = new Float64Array();

  constructor(prior: BetaParams) {
    this.#prior = prior;
  }

  add(way: number, score: number): void {
    if (way >= this.#a.length) {
      this.#a = grown(this.#a, way, this.#prior.a);
      this.#b = grown(this.#b, way, this.#prior.b);
    }
    this.#a[way] = (this.#a[way] ?? 0) + score;
    this.#b[way] = (this.#b[way] ?? 0) + (1 - score);
  }

  params(way: number): BetaParams {
    const { a, b } = this.#prior;
    return { a: this.#a[way] ?? a, b: this.#b[way] ?? b };
  }
}

class GaussianBeliefs implements Beliefs {
  readonly #prior: GaussianParams;
  #counts = new Float64Array();
  #means = new Float64Array();
  /** Sums of squared distances from the mean (Welford). */
  #spreads = new Float64Array();

  constructor(prior: GaussianParams) {
    this.#prior = prior;
  }

  add(way: number, score: number): void {
    if (way >= this.#counts.length) {
      this.#counts = grown(this.#counts, way, 0);
      this.#means = grown(this.#means, way, 0);
      this.#spreads = grown(this.#spreads, way, 0);
    }
    const count = (this.#counts[way] ?? 0) + 1;
    const before = this.#means[way] ?? 0;
    const mean = before + (score - before) / count;
    this.#counts[way] = count;
    this.#means[way] = mean;
    this.#spreads[way] = (this.#spreads[way] ?? 0) + (score - before) * (score - mean);
  }

  params(way: number): GaussianParams {
    const { m, kappa, nu, tauSquare } = this.#prior;
    const count = this.#counts[way] ?? 0;
    const mean = this.#means[way] ?? 0;
    const newKappa = kappa + count;
    const newNu = nu + count;
    const surprise = (count * kappa * (m - mean) ** 2) / newKappa;
    return {
      m: (kappa * m + count * mean) / newKappa,
      kappa: newKappa,
      nu: newNu,
      tauSquare: (nu * tauSquare + (this.#spreads[way] ?? 0) + surprise) / newNu,
    };
  }
}

/** The same values, with room for this number and as many again. */
function grown(values: Float64Array, way: number, fresh: number): Float64Array<ArrayBuffer> {
  const room = new Float64Array(2 * (way + 1)).fill(fresh);
  room.set(values);
  return room;
}
