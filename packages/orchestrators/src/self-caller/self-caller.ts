import {
  assistant,
  invalidOptions,
  providerError,
  systemClock,
  toTakoError,
  user,
  type ChatRequest,
  type Message,
  type Orchestrator,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type StopReason,
  type Verdict,
} from '@tako/core';

import { judge, judgePartial } from '../tree/judge.js';
import { checkLimits } from '../tree/limits.js';
import { runBranch } from '../tree/run-branch.js';
import type { Settled } from '../tree/settled.js';
import { runToEnd, streamTree, type TreeEnding } from '../tree/stream-tree.js';
import type { Answer, TreeRun } from '../tree/tree-run.js';
import { checkVerifier, checkWorker } from '../tree/worker.js';
import type { Revision, SelfCallerOptions } from './self-caller-options.js';

/** Drafts are its only line of work. */
const branch = 0;

/**
 * Lets any orchestrator revise its own answer until a guard is content.
 *
 * ```ts
 * const careful = new SelfCaller({ inner: agent, guard: llmJudge({ provider }), minConfidence: 0.8 });
 * const { text, costUsd } = await careful.run('Which of these contracts can be ended early, and how?');
 * ```
 *
 * The result is the **best** draft, not the last; usage and cost are those of all. Drafts are told as `branch_event`s, each
 * with its `verifier_score`; only the answer is told as text. `stopReason` is `final` where the guard was content,
 * `max_steps` where the revisions were used up, `guard` where the guard itself failed (the best draft so far is the
 * answer, a `warning` says why).
 */
export class SelfCaller<Output = unknown> implements Orchestrator<Output> {
  readonly contract = 1;
  readonly kind: string = 'self_caller';
  /** What it was made of, defaults filled in: for `dryRun`. Its form may change in any release. */
  readonly options: object;
  readonly #options: Settled<SelfCallerOptions>;

  /** @throws `invalid` for options that cannot work; no I/O is done. */
  constructor(options: SelfCallerOptions) {
    const {
      inner,
      guard,
      minConfidence = 0.7,
      maxDepth = 3,
      patience = 2,
      revise = askForRevision,
      limits = {},
      clock = systemClock(globalThis),
    } = options;
    checkWorker(inner, 'SelfCaller');
    checkVerifier(guard, 'SelfCaller guard');
    checkLimits(limits, 'SelfCaller');
    if (!(minConfidence >= 0 && minConfidence <= 1)) {
      throw invalidOptions('SelfCaller', `minConfidence must be 0 to 1, got ${minConfidence}`);
    }
    if (!(maxDepth >= 0)) throw invalidOptions('SelfCaller', `maxDepth must be at least 0, got ${maxDepth}`);
    if (!(patience >= 1)) throw invalidOptions('SelfCaller', `patience must be at least 1, got ${patience}`);
    this.options = this.#options = { inner, guard, minConfidence, maxDepth, patience, revise, limits, clock };
  }

  /** See `Orchestrator.stream`. */
  stream(input: RunInput, options: RunOptions = {}): AsyncGenerator<RunEvent<Output>, void, undefined> {
    const { limits, clock } = this.#options;
    return streamTree({ kind: this.kind, limits, clock }, input, options, (run) => this.#answer(run));
  }

  /** See `Orchestrator.run`. */
  run(input: RunInput, options?: RunOptions): Promise<RunResult<Output>> {
    return runToEnd(this, input, options);
  }

  async #answer(run: TreeRun): Promise<TreeEnding> {
    const { minConfidence, maxDepth, patience, revise } = this.#options;
    const deepest = Math.min(maxDepth, run.roundsLeft);
    let messages = run.messages;
    let bestScore = -1;
    let rivals = 0;
    for (let depth = 0; ; depth++) {
      const draft = await this.#draft(run, messages, depth, deepest);
      if (draft === undefined) return tellAnswer(run, depth, 'guard');
      run.best ??= draft;
      const verdict = await this.#judge(run, draft, depth);
      if (verdict === undefined) return tellAnswer(run, depth, 'guard');

      const { score } = verdict;
      rivals = score > bestScore ? 0 : rivals + 1;
      if (score > bestScore) [bestScore, run.best] = [score, draft];
      if (score >= minConfidence) return tellAnswer(run, depth, 'final');
      if (depth >= deepest || rivals >= patience) return tellAnswer(run, depth, 'max_steps');
      await run.tell({ type: 'recursion', step: depth + 1, branch, depth: depth + 1, score });
      const wish = revise({ draft: draft.text, verdict, depth: depth + 1 });
      messages = [...run.messages, assistant(draft.text), user(wish)];
    }
  }

  /** @returns `undefined` where a revision failed; a first draft that fails is thrown */
  async #draft(
    run: TreeRun,
    messages: readonly Message[],
    depth: number,
    deepest: number,
  ): Promise<Answer | undefined> {
    const { inner, guard } = this.#options;
    const { request } = run.start;
    const place = { step: depth, branch };
    let isAsked = true;
    const asked: ChatRequest = { ...request, messages };
    const outcome = await runBranch(run, {
      ...place,
      kind: depth === 0 ? 'branch' : 'recursion',
      name: 'kind' in inner ? inner.kind : inner.id,
      worker: inner,
      request: asked,
      isDraft: true,
      roundsLeft: deepest - depth,
      onText: async (text) => {
        if (guard.verifyPartial === undefined || !isAsked) return false;
        const verdict = await judgePartial(run, place, guard, { messages: run.messages, text });
        if (verdict === 'too_late') isAsked = false;
        return typeof verdict === 'object' && verdict.isDecided === true;
      },
    });
    if (outcome.ok) return outcome;
    if (depth === 0) throw providerError(outcome.error, outcome.message);
    await warn(run, depth, 'revision_failed', `revision ${depth} failed (${outcome.error}); the best draft is kept`);
    return undefined;
  }

  /** @returns `undefined` where the guard failed */
  async #judge(run: TreeRun, { text }: Answer, depth: number): Promise<Verdict | undefined> {
    try {
      return await judge(run, { step: depth, branch }, this.#options.guard, { messages: run.messages, text }, 'guard');
    } catch (error) {
      const { code, message } = toTakoError(error, 'invalid', 'the guard threw');
      if (run.call.signal.aborted || code === 'budget_exhausted') throw error;
      await warn(run, depth, 'guard_failed', `no verdict could be had (${code}: ${message}); the best draft is kept`);
      return undefined;
    }
  }
}

async function tellAnswer(run: TreeRun, step: number, stopReason: StopReason): Promise<TreeEnding> {
  const answer = run.best;
  if (answer !== undefined && answer.text !== '')
    await run.tell({ type: 'text_delta', step, branch, text: answer.text });
  return { stopReason, answer };
}

function warn(run: TreeRun, step: number, code: string, message: string): Promise<void> {
  return run.tell({ type: 'warning', step, branch, code, message });
}

/** What the inner one is told where nobody else says it. */
export function askForRevision({ verdict: { score, feedback } }: Revision): string {
  const why = feedback === undefined ? '' : `\n\nWhat was found:\n${feedback}`;
  return `That answer was scored ${score.toFixed(2)} of 1, which is not enough.${why}\n\nLook for its gaps and errors, and write a complete, corrected answer. Do not speak of this review.`;
}
