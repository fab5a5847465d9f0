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

/** What is believed of the scores that one way of going on brings. */
export interface Belief {
  /** Takes in a score, 0 to 1. */
  add(score: number): void;
  readonly params: BeliefParams;
}

/** A belief that nothing has been told yet. */
export function freshBelief(prior: BeliefParams): Belief {
  return 'a' in prior ? new BetaBelief(prior) : new GaussianBelief(prior);
}

class BetaBelief implements Belief {
  #a: number;
  #b: number;

  constructor({ a, b }: BetaParams) {
    this.#a = a;
    this.#b = b;
  }

  add(score: number): void {
    this.#a += score;
    this.#b += 1 - score;
  }

  get params(): BetaParams {
    return { a: this.#a, b: this.#b };
  }
}

class GaussianBelief implements Belief {
  readonly #prior: GaussianParams;
  #count = 0;
  #mean = 0;
  /** Sum of squared distances from the mean (Welford). */
  #spread = 0;

  constructor(prior: GaussianParams) {
    this.#prior = prior;
  }

  add(score: number): void {
    this.#count++;
    const distance = score - this.#mean;
    this.#mean += distance / this.#count;
    this.#spread += distance * (score - this.#mean);
  }

  get params(): GaussianParams {
    const { m, kappa, nu, tauSquare } = this.#prior;
    const count = this.#count;
    const newKappa = kappa + count;
    const newNu = nu + count;
    const surprise = (count * kappa * (m - this.#mean) ** 2) / newKappa;
    return {
      m: (kappa * m + count * this.#mean) / newKappa,
      kappa: newKappa,
      nu: newNu,
      tauSquare: (nu * tauSquare + this.#spread + surprise) / newNu,
    };
  }
}
