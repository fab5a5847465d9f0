/** What an agent of the simulated team is good at. */
export interface Skills {
  /** How much its plan adds to the odds of whoever answers after it. */
  readonly plan: number;
  /** How likely its answer is right without a plan. */
  readonly answer: number;
  /** How likely it accepts a right answer. */
  readonly acceptsRight: number;
  /** How likely it accepts a wrong one. */
  readonly acceptsWrong: number;
}

/** A team and the rules it plays by. */
export interface TeamWorld {
  readonly name: string;
  readonly agents: readonly Skills[];
  readonly maxTurns: number;
  /** How likely a turn fails, whoever has it: the model is overloaded, answers nothing, runs out of time. */
  readonly failure: number;
}

/** All that may be known before a turn. */
export interface TeamBelief {
  readonly turnsLeft: number;
  /** What the best plan so far adds to the odds of an answer. */
  readonly lift: number;
  /** How likely the answer is right, after all verdicts on it; `undefined` where there is none. */
  readonly answer: number | undefined;
  /** Who gave it. */
  readonly author: number | undefined;
}

/** A turn that may be taken. */
export interface TeamMove {
  readonly role: 'thinker' | 'worker' | 'verifier';
  readonly agent: number;
}

/** How likely an agent's answer is right. */
export function oddsOf({ answer }: Skills, lift: number): number {
  return Math.min(0.98, answer + lift);
}

/** How likely an answer is right that was refused by this verifier. */
export function afterRefusal(answer: number, { acceptsRight, acceptsWrong }: Skills): number {
  const right = answer * (1 - acceptsRight);
  return right / (right + (1 - answer) * (1 - acceptsWrong));
}

/** The best policy there is, by dynamic programming over (turns left, plan, belief in the answer, its author). */
export class BestTeam {
  readonly #world: TeamWorld;
  readonly #known = new Map<string, { readonly value: number; readonly move: TeamMove | undefined }>();

  constructor(world: TeamWorld) {
    this.#world = world;
  }

  /** How likely the team's answer is right in the end, and the move that leads there; no move: the answer stands. */
  at(belief: TeamBelief): { readonly value: number; readonly move: TeamMove | undefined } {
    const { turnsLeft, lift, answer, author } = belief;
    const key = `${turnsLeft} ${lift} ${answer?.toFixed(9)} ${author}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let best: { value: number; move: TeamMove | undefined } = { value: answer ?? 0, move: undefined };
    if (turnsLeft > 0) {
      for (const move of this.#moves(belief)) {
        const value = this.#valueOf(move, belief);
        if (value > best.value + 1e-12) best = { value, move };
      }
    }
    this.#known.set(key, best);
    return best;
  }

  *#moves({ answer, author }: TeamBelief): Generator<TeamMove> {
    for (let agent = 0; agent < this.#world.agents.length; agent++) {
      yield { role: 'thinker', agent };
      yield { role: 'worker', agent };
      if (answer !== undefined && agent !== author) yield { role: 'verifier', agent };
    }
  }

  #valueOf({ role, agent }: TeamMove, belief: TeamBelief): number {
    const { agents, failure } = this.#world;
    const skills = agents[agent];
    if (skills === undefined) throw new Error(`there is no agent ${agent}`);
    const later = { ...belief, turnsLeft: belief.turnsLeft - 1 };
    const failed = failure * this.at(later).value;
    switch (role) {
      case 'thinker':
        return failed + (1 - failure) * this.at({ ...later, lift: Math.max(belief.lift, skills.plan) }).value;
      case 'worker':
        return failed + (1 - failure) * this.at({ ...later, answer: oddsOf(skills, belief.lift), author: agent }).value;
      case 'verifier': {
        const { answer = 0 } = belief;
        const right = answer * skills.acceptsRight;
        const refused = 1 - right - (1 - answer) * skills.acceptsWrong;
        // An ACCEPT ends the run: the answer is right where it was right.
        const afterwards = this.at({ ...later, answer: afterRefusal(answer, skills) }).value;
        return failed + (1 - failure) * (right + refused * afterwards);
      }
      default:
        throw role satisfies never;
    }
  }
}
