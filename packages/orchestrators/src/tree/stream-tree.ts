import {
  attachPartial,
  cancelled,
  isTakoError,
  providerError,
  TakoError,
  toTakoError,
  type OpenRun,
  type Orchestrator,
  type PartialResult,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type StopReason,
} from '@tako/core';

import { throwIfAborted } from '../turn/until-aborted.js';
import { linkedSignal, type LinkedSignal } from './linked-signal.js';
import { isPaused } from './paused.js';
import { TreeRun, type Answer, type TreeOptions } from './tree-run.js';

/** How a tree of runs ends. */
export interface TreeEnding {
  readonly stopReason: StopReason;
  readonly answer: Answer | undefined;
}

/**
 * The run of an orchestrator that starts other runs: what they do is in `body`; what is common to all is here.
 *
 * - Events are told one at a time, and no run inside goes on faster than the consumer takes them.
 * - An abort, a consumer that leaves, the time limit: all runs inside are stopped, and nothing goes on behind.
 * - A limit that is reached ends the run with the best answer so far, if there is one.
 * - Runs inside that wait for somebody make this one wait.
 *
 * @throws TakoError with `partial`: usage, cost, and the state to resume from.
 */
export function streamTree<Output>(
  options: TreeOptions,
  input: RunInput,
  runOptions: RunOptions,
  body: (run: TreeRun) => Promise<TreeEnding>,
): AsyncGenerator<RunEvent<Output>, void, undefined> {
  const open: OpenRun<TreeOptions, Output> = (own, ownInput, ownOptions) => streamOwn(own, ownInput, ownOptions, body);
  return runOptions.tracer?.run(open, options, input, runOptions) ?? open(options, input, runOptions);
}

async function* streamOwn<Output>(
  options: TreeOptions,
  input: RunInput,
  runOptions: RunOptions,
  body: (run: TreeRun) => Promise<TreeEnding>,
): AsyncGenerator<RunEvent<Output>, void, undefined> {
  const { signal: outer } = runOptions;
  const { timeoutMs = Infinity } = options.limits;
  const link = linkedSignal(outer);
  const run = begin(options, input, runOptions, link);
  let isAnswerTold = false;
  function* finish(stopReason: StopReason, answer: Answer | undefined): Generator<RunEvent<Output>, void> {
    for (const call of run.giveUp()) yield { type: 'model_call', step: call.step, branch: call.branch, call };
    // Who reads along gets the answer also where a limit came before the telling.
    if (!isAnswerTold && answer !== undefined && answer.text !== '')
      yield { type: 'text_delta', step: run.branches, branch: 0, text: answer.text };
    yield { type: 'finish', result: run.result(stopReason, answer) };
  }
  let limit: TakoError | undefined;
  const stopTimer = options.clock.after(timeoutMs, () => {
    limit = new TakoError('timeout', `the limit timeoutMs of the run is reached: ${timeoutMs} ms`, {
      source: 'limits',
      details: { limit: 'timeoutMs', allowed: timeoutMs },
    });
    link.abort(limit);
  });
  let work: Promise<TreeEnding> | undefined;

  try {
    yield { type: 'run_start', runId: run.call.runId, kind: options.kind };
    throwIfAborted(run.call.signal);
    work = body(run).finally(() => {
      run.events.close();
    });
    work.catch(() => undefined); // it is awaited below, when its events are told
    for await (const event of run.events.read()) {
      isAnswerTold ||= event.type === 'text_delta';
      yield event;
      if (outer?.aborted === true) break;
    }
    const { stopReason, answer } = await work;
    if (outer !== undefined) throwIfAborted(outer);
    if (run.saveFailure !== undefined) throw run.saveFailure.error; // swallowed where it happened
    yield* finish(stopReason, answer);
  } catch (error) {
    if (outer?.aborted === true) throw cancelled(outer.reason, partialOf(run));
    if (run.saveFailure !== undefined) {
      throw attachPartial(toTakoError(run.saveFailure.error, 'invalid', 'onState threw'), partialOf(run));
    }
    if (isPaused(error)) {
      return yield* finish(
        run.pending.some(({ waitsFor }) => waitsFor === 'approval') ? 'approval' : 'tool_calls',
        undefined,
      );
    }
    const atLimit = limit !== undefined || isTakoError(error, 'budget_exhausted');
    if (atLimit && run.best !== undefined) return yield* finish('budget', run.best);
    run.forgetFailures();
    throw attachPartial(limit ?? toTakoError(error, 'invalid', 'a hook of the run threw'), partialOf(run));
  } finally {
    stopTimer();
    link.abort(new Error('the run is over'));
    await work?.catch(() => undefined);
    link.unlink();
  }
}

/** @throws `invalid` for input that cannot be run; no listener stays then. */
function begin(options: TreeOptions, input: RunInput, runOptions: RunOptions, link: LinkedSignal): TreeRun {
  try {
    return new TreeRun(options, input, runOptions, link);
  } catch (error) {
    link.unlink();
    throw error;
  }
}

function partialOf(run: TreeRun): PartialResult {
  run.giveUp();
  const { usage, costUsd } = run.accounts;
  const text = run.best?.text;
  return { content: text === undefined ? [] : [{ type: 'text', text }], usage, costUsd, state: run.state() };
}

/** Drains the stream of an orchestrator. */
export async function runToEnd<Output>(
  orchestrator: Orchestrator<Output>,
  input: RunInput,
  options?: RunOptions,
): Promise<RunResult<Output>> {
  for await (const event of orchestrator.stream(input, options)) if (event.type === 'finish') return event.result;
  throw providerError('malformed_response', 'the run ended without its end');
}
