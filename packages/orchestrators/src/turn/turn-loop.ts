import {
  attachPartial,
  cancelled,
  isTakoError,
  toTakoError,
  type FinishReason,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type TakoError,
} from '@tako/core';

import { AnswerTeller } from './answer-teller.js';
import { collectTools, toolSchemas } from './collect-tools.js';
import { OpenAnswer } from './open-answer.js';
import { prepareTurn } from './prepare-turn.js';
import { RunProgress } from './run-progress.js';
import { settleAnswer, type Ending, type TurnContext } from './settle-answer.js';
import type { TurnOptions } from './turn-options.js';
import { throwIfAborted } from './until-aborted.js';

/** Where there is one line of work only. */
const branch = 0;

/**
 * The turn loop: asks the model, runs the tools it calls, and asks again, until it answers or a limit is reached.
 *
 * A budget that is exhausted after at least one answer ends the run with `stopReason` `budget`; before, it is thrown.
 *
 * @throws TakoError with `partial`: content, usage, cost, and the state to resume from.
 */
export async function* runTurns<Output>(
  options: TurnOptions,
  input: RunInput,
  runOptions: RunOptions,
): AsyncGenerator<RunEvent<Output>, void, undefined> {
  const run = new RunProgress(options.kind, input, runOptions);
  const { call, accounts } = run;
  // The output has passed the schema that `Output` was inferred from.
  const finish = (ending: Ending): RunEvent<Output> => ({
    type: 'finish',
    result: run.result(ending as Ending & { readonly output?: Output }),
  });
  let toldCalls = accounts.calls.length;
  /** The calls that are booked and not told yet: those of routers, too. */
  const untold = (): RunEvent<never>[] =>
    accounts.calls
      .slice(toldCalls, (toldCalls = accounts.calls.length))
      .map((made) => ({ type: 'model_call', step: made.step, branch, call: made }));
  let open: OpenAnswer | undefined;

  yield { type: 'run_start', runId: call.runId, kind: options.kind };
  try {
    throwIfAborted(call.signal);
    const plan = options.output?.plan();
    const offered = await collectTools(options.tools, options.mcpServers, run.start.request.tools ?? [], call);
    const tools = plan === undefined ? offered : plan.withHandIn(offered);
    const schemas = toolSchemas(offered);
    const turn: TurnContext = { options, run, tools, plan };
    const ended = await plan?.endedBefore(run);
    if (ended !== undefined) return yield finish(ended);

    for (;;) {
      throwIfAborted(call.signal);
      let finishReason: FinishReason = accounts.calls.at(-1)?.finishReason ?? 'other';
      if (run.answer === undefined) {
        const { step } = run;
        if (step >= options.maxSteps) return yield finish({ stopReason: 'max_steps' });
        const { provider, request, reason, warning } = await prepareTurn(options, run, schemas, plan);
        yield { type: 'step_start', step, branch, providerId: provider.id, reason };
        yield* untold();
        if (warning !== undefined) yield { type: 'warning', step, branch, code: 'downgraded_output', message: warning };

        open = new OpenAnswer(provider, request, { step, branch }, () => options.clock.now());
        const teller = new AnswerTeller(step, branch, run.toolCallIds);
        // Told here and not by a generator of its own: every further layer would cost as much per delta as all of this.
        const asked = call.enclosing?.layer(provider) ?? provider;
        for await (const given of asked.stream(request, call)) {
          const event = teller.withOwnId(given);
          if (event.type === 'attempt') {
            const { type: _, ...attempt } = event;
            accounts.add({ step, branch, durationMs: 0, ...attempt });
            yield* untold();
            continue;
          }
          open.add(event);
          const told = teller.tell(event);
          if (told !== undefined) yield told;
          const output = plan?.grow(event);
          if (output !== undefined) yield { type: 'output_partial', step, branch, output };
          throwIfAborted(call.signal);
        }
        const answer = open.close(accounts);
        open = undefined;
        finishReason = answer.finishReason;
        run.addAnswer(answer.message);
        await run.save();
        yield* untold();
        throwIfAborted(call.signal);
      }
      const ending = yield* settleAnswer(turn, finishReason);
      throwIfAborted(call.signal);
      if (ending !== undefined) return yield finish(ending);
    }
  } catch (error) {
    open?.breakOff(accounts, error);
    if (isTakoError(error, 'budget_exhausted') && run.step > 0) {
      yield* untold();
      return yield finish({ stopReason: 'budget' });
    }
    throw failed(error, open, run);
  }
}

/** The error of a run: what was received, what all calls used, and where to resume. */
function failed(error: unknown, open: OpenAnswer | undefined, run: RunProgress): TakoError {
  const { signal } = run.call;
  const { usage, costUsd } = run.accounts;
  const content = open?.content() ?? run.answer?.content ?? [];
  const partial = { content, usage, costUsd, state: run.state() };
  if (signal.aborted && !isTakoError(error, 'cancelled')) return cancelled(signal.reason, partial);
  // What is not ours came from a provider while it was asked, else from a hook of the run.
  return attachPartial(open === undefined ? toTakoError(error, 'invalid', 'a hook of the run threw') : error, partial);
}
