import { isTakoError, providerError, type ErrorCode, type StopReason } from '@tako/core';

import { isPaused } from '../tree/paused.js';
import type { TreeEnding } from '../tree/stream-tree.js';
import type { Answer, TreeRun } from '../tree/tree-run.js';
import { makeAnswer, type MadeAnswer } from './make-answer.js';
import type { SearchSettings } from './read-options.js';
import { TreeSearch, type Trial } from './search/tree-search.js';

/** Verdicts that cannot be had, in a row, after which a search has nothing to go by. */
const maxUnjudged = 3;

/** A trial under way. */
interface Attempt {
  readonly trial: Trial;
  readonly made: Promise<MadeAnswer>;
}

/** The search of a run. */
export function searchAnswers(run: TreeRun, settings: SearchSettings): Promise<TreeEnding> {
  return new AnswerSearch(run, settings).answer();
}

/**
 * Answers are made side by side, and told to the search in the order in which they were asked for: so what it decides
 * depends on the seed and the scores alone, and a run that is resumed finds the same tree.
 */
class AnswerSearch {
  readonly #run: TreeRun;
  readonly #settings: SearchSettings;
  readonly #search: TreeSearch;
  /** By node. */
  readonly #answers = new Map<number, MadeAnswer>();
  readonly #stop = new AbortController();
  /** In the order of asking. */
  readonly #underWay: Attempt[] = [];
  #unjudged = 0;
  #failure: { readonly error: ErrorCode; readonly message: string } | undefined;

  constructor(run: TreeRun, settings: SearchSettings) {
    this.#run = run;
    this.#settings = settings;
    this.#search = new TreeSearch({ ...settings, generators: [...settings.generators.keys()] });
  }

  async answer(): Promise<TreeEnding> {
    let reached: Attempt | undefined;
    try {
      for (;;) {
        this.#askMore();
        const [next] = this.#underWay;
        if (next === undefined) break;
        // One that reaches the target ends the search, whoever is still waited for.
        const first = await Promise.race(this.#underWay.map((attempt) => this.#whenReached(attempt, next)));
        await this.#take(first);
        this.#underWay.splice(this.#underWay.indexOf(first), 1);
        if (!this.#isEnough(await first.made)) continue;
        reached = first;
        break;
      }
    } catch (error) {
      // Where one waits for somebody, or may make no more calls, the others may end: they are paid for.
      if (!isPaused(error) && !isTakoError(error, 'budget_exhausted')) this.#stop.abort(error);
      await this.#takeRest();
      throw error;
    } finally {
      if (reached !== undefined) this.#stop.abort(new Error('the search is over'));
      await Promise.allSettled(this.#underWay.map(({ made }) => made));
    }
    return this.#end(reached?.trial);
  }

  /** A slow answer holds up those behind it: more asked for in the meantime would be asked for knowing less. */
  #askMore(): void {
    const { maxIterations, parallel } = this.#settings;
    if (this.#unjudged >= maxUnjudged) return;
    while (this.#underWay.length < parallel && this.#search.asked < maxIterations) {
      const [trial] = this.#search.ask();
      if (trial === undefined) return;
      this.#underWay.push(this.#begin(trial));
    }
  }

  #begin(trial: Trial): Attempt {
    const { tree } = this.#search;
    const basis = { trial, tree, refines: this.#answers.get(trial.parent), signal: this.#stop.signal };
    const made = makeAnswer(this.#run, this.#settings, basis);
    made.catch(() => undefined); // it is awaited when its turn comes
    return { trial, made };
  }

  /** Resolves when the attempt is done, if it is the one whose turn it is, or is good enough; else never. */
  async #whenReached(attempt: Attempt, next: Attempt): Promise<Attempt> {
    if (attempt === next) {
      await attempt.made;
      return attempt;
    }
    return new Promise((resolve) => {
      attempt.made.then(
        (answer) => (this.#isEnough(answer) ? resolve(attempt) : undefined),
        () => undefined, // it is thrown when its turn comes
      );
    });
  }

  #isEnough({ score }: MadeAnswer): boolean {
    return score !== undefined && score >= (this.#settings.targetScore ?? 1);
  }

  async #take({ trial, made }: Attempt): Promise<void> {
    const answer = await made;
    const { score, failure } = answer;
    if (score === undefined) {
      this.#failure = failure;
      const isUnjudged = failure?.of === 'verifier';
      if (isUnjudged) this.#unjudged++;
      this.#search.tell(trial.id, isUnjudged ? { unjudged: true } : { failed: true });
      return;
    }
    this.#unjudged = 0;
    const node = this.#search.tell(trial.id, { score });
    if (node === undefined) return;
    this.#answers.set(node, answer);
    this.#run.best = this.#answerOf(this.#search.best('max_score'));
  }

  /** Takes what is still to come of the answers under way, as far as anything does. */
  async #takeRest(): Promise<void> {
    for (const attempt of this.#underWay) {
      try {
        await this.#take(attempt);
      } catch {
        // It was stopped too: what ends the search is told once, by the first.
      }
    }
  }

  #answerOf(node: number): Answer | undefined {
    const made = this.#answers.get(node);
    return made === undefined ? undefined : { text: made.text, output: made.output };
  }

  async #end(reached: Trial | undefined): Promise<TreeEnding> {
    const { tree, asked } = this.#search;
    const { targetScore, maxIterations, select } = this.#settings;
    const chosen =
      reached === undefined ? this.#search.best(select) : tree.nodes.findIndex(({ trial }) => trial === reached.id);
    const answer = this.#answerOf(chosen);
    if (answer === undefined) {
      const { error, message } = this.#failure ?? { error: 'provider', message: 'no answer could be made' };
      throw providerError(error, message);
    }
    const { trial = 0 } = tree.node(chosen) ?? {};
    await this.#run.once('choice:final', () => Promise.resolve({ trial }));
    if (answer.text !== '') {
      await this.#run.tell({ type: 'text_delta', step: tree.depth(chosen), branch: trial, text: answer.text });
    }
    return { stopReason: endOf(reached !== undefined, asked < maxIterations, targetScore), answer };
  }
}

function endOf(isReached: boolean, isCut: boolean, targetScore: number | undefined): StopReason {
  if (isReached) return 'final';
  if (isCut) return 'guard'; // nobody could make answers any more, or judge them
  return targetScore === undefined ? 'final' : 'max_steps';
}
