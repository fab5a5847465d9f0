import { system, type ChatRequest, type Provider, type ToolSchema } from '@tako/core';

import { chooseProvider } from './choose-provider.js';
import type { OutputPlan } from '../output/output-plan.js';
import type { RunProgress } from './run-progress.js';
import type { TurnOptions } from './turn-options.js';
import { untilAborted } from './until-aborted.js';

/** One model call, ready to be made. */
export interface PreparedTurn {
  readonly provider: Provider;
  readonly request: ChatRequest;
  /** Why a router chose this provider. */
  readonly reason: string | undefined;
  /** What had to be asked for in another way than the vendor's own. */
  readonly warning: string | undefined;
}

/**
 * Builds the request of the next turn: the orchestrator's fields, then the caller's, then those of `prepareStep`; picks
 * the provider; asks for structured output in the way that this provider has.
 *
 * A `toolChoice` that forces a call holds for the first turn only: forced again and again, a run could never end.
 */
export async function prepareTurn(
  options: TurnOptions,
  run: RunProgress,
  tools: readonly ToolSchema[] | undefined,
  plan: OutputPlan | undefined,
): Promise<PreparedTurn> {
  const { step, messages, start } = run;
  const asked: ChatRequest = {
    ...options.request,
    ...given(start.request),
    messages: options.system === undefined ? [...messages] : [system(options.system), ...messages],
    tools,
  };
  const calm: ChatRequest = step > 0 && forces(asked) ? { ...asked, toolChoice: undefined } : asked;
  const request = { ...calm, ...(await changes(options, run)) };
  const { provider, reason } = await chooseProvider(options, request, run);
  const planned = plan?.ask(request, provider);
  return { provider, reason, request: planned?.request ?? request, warning: planned?.warning };
}

/** The fields that are there: one that is `undefined` does not win over another's. */
function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>; // fewer keys, same values
}

function forces({ toolChoice }: ChatRequest): boolean {
  return toolChoice !== undefined && toolChoice !== 'auto' && toolChoice !== 'none';
}

async function changes(options: TurnOptions, run: RunProgress): Promise<Partial<ChatRequest> | undefined> {
  const { prepareStep } = options;
  if (prepareStep === undefined) return undefined;
  return untilAborted(run.call.signal, () => prepareStep({ step: run.step, messages: [...run.messages] }));
}
