import {
  addUsage,
  costUsd,
  isTakoError,
  noUsage,
  tool,
  type ApprovalDecision,
  type ChatRequest,
  type ModelCall,
  type Orchestrator,
  type Price,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type RunState,
  type TakoError,
  type Tool,
  type Usage,
} from '@tako/core';

import { expectEqual, expectThat, shown, within } from '../conformance/bench/expectation.js';
import { trackedSignal, type TrackedSignal } from '../tracked-signal.js';
import { EventRules } from './event-rules.js';
import { modelPrice, ObservedModel, type ModelFault } from './observed-model.js';
import type { OrchestratorUnderTest } from './orchestrator-under-test.js';

/** How the parts of an orchestrator behave. */
export interface RigOptions {
  /** What goes wrong with the model's call of this number. */
  readonly fault?: (number: number) => ModelFault | undefined;
  /** Whether those who do the work have a tool. @defaultValue true */
  readonly hasTool?: boolean;
  /** Whether the tool hangs until it is aborted. @defaultValue false */
  readonly toolHangs?: boolean;
  readonly decision?: ApprovalDecision;
  readonly maxCalls?: number;
  /** `null` where it is not known. */
  readonly price?: Price | null;
}

/** An orchestrator, and all that can be seen of what it does. */
export interface Rig {
  readonly orchestrator: Orchestrator;
  readonly model: ObservedModel;
  readonly toolRuns: { begun: number; finished: number; aborted: number };
  /** Resolves when the tool hangs. */
  readonly toolHangs: Promise<void>;
  readonly price: Price | undefined;
}

/** A state that was saved, and what had been done by then. */
interface SavedState {
  readonly json: string;
  readonly modelCalls: number;
  readonly finishedTools: number;
}

/** How a run went: it has a result, or an error, or neither where the consumer left. */
export interface Played extends Rig {
  readonly events: readonly RunEvent[];
  readonly result: RunResult | undefined;
  readonly error: TakoError | undefined;
  readonly states: readonly SavedState[];
}

/** How a run is played. */
export interface PlayOptions extends Omit<RunOptions, 'signal'> {
  readonly tracked?: TrackedSignal;
  /** Sees each event with its number, 0 for the first. @returns true to leave */
  readonly onEvent?: (event: RunEvent, at: number) => boolean | undefined | void;
}

export const question = 'What is to be done?';

/** Longer than any run of the suite takes, in milliseconds. */
const longestRunMs = 10_000;

/** Where runs are nested deeper than one level they have hundreds of events: so many places stand for all. */
const nestedPlaces = 40;

/** What the cases need, in few words. */
export class OrchestratorBench {
  readonly underTest: OrchestratorUnderTest;

  constructor(underTest: OrchestratorUnderTest) {
    this.underTest = underTest;
  }

  /** Every place from 0 up to `count`; of long runs some, spread over all. */
  places(count: number): readonly number[] {
    const { depth = 0 } = this.underTest;
    const most = depth <= 1 ? count : Math.min(count, nestedPlaces);
    return Array.from({ length: most }, (_, at) => Math.floor((at * count) / most));
  }

  rig(options: RigOptions = {}): Rig {
    const { fault = () => undefined, hasTool = true, toolHangs = false, decision = { action: 'allow' } } = options;
    const price = options.price === null ? undefined : (options.price ?? modelPrice);
    const { reply = () => undefined } = this.underTest;
    const model = new ObservedModel({ reply, fault, price });
    const toolRuns = { begun: 0, finished: 0, aborted: 0 };
    let hung: () => void = () => undefined;
    const hangs = new Promise<void>((resolve) => {
      hung = resolve;
    });
    const look = lookTool(async (of, signal) => {
      toolRuns.begun++;
      if (toolHangs) {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true });
          hung();
        });
        toolRuns.aborted++;
      }
      toolRuns.finished++;
      return `seen ${of}`;
    });
    const orchestrator = this.underTest.make({
      provider: model.provider,
      tools: hasTool ? [look] : [],
      approve: () => decision,
      maxCalls: options.maxCalls,
    });
    return { orchestrator, model, toolRuns, toolHangs: hangs, price };
  }

  /**
   * Runs, and checks what holds for every run: the order of events, the accounts, and that nothing stays open.
   *
   * @throws what is thrown that is no `TakoError`; an `Error` that names the broken promise.
   */
  async play(rig: Rig, input: RunInput = question, options: PlayOptions = {}): Promise<Played> {
    const { tracked = trackedSignal(), onEvent, onState, ...others } = options;
    const earlier = typeof input === 'object' && 'state' in input ? input.state : undefined;
    const rules = new EventRules({
      kind: rig.orchestrator.kind,
      isResumed: earlier !== undefined,
      isInside: false,
    });
    const events: RunEvent[] = [];
    const states: SavedState[] = [];
    let result: RunResult | undefined;
    let error: TakoError | undefined;
    const runOptions: RunOptions = {
      ...others,
      signal: tracked.signal,
      onState: (state) => {
        states.push({
          json: JSON.stringify(state),
          modelCalls: rig.model.calls,
          finishedTools: rig.toolRuns.finished,
        });
        return onState?.(state);
      },
    };
    const running = (async () => {
      for await (const event of rig.orchestrator.stream(input, runOptions)) {
        rules.take(event);
        events.push(event);
        if (event.type === 'finish') result = event.result;
        if (onEvent?.(event, events.length - 1) === true) return;
      }
    })();
    try {
      await within(longestRunMs, running, 'the run');
    } catch (thrown) {
      if (!isTakoError(thrown)) throw thrown;
      error = thrown;
    }
    const played = { ...rig, events, result, error, states };
    expectEqual(rig.model.openStreams, 0, 'streams of the model that stayed open');
    expectEqual(tracked.listeners, 0, 'listeners that stayed on the signal');
    checkAccounts(played, earlier);
    return played;
  }

  /** A run from the question to its finished answer, without faults. */
  async playWell(
    options: RigOptions = {},
    input: RunInput = question,
  ): Promise<Played & { readonly result: RunResult }> {
    const played = await this.play(this.rig(options), input);
    return { ...played, result: resultOf(played) };
  }

  /** A run that goes on from a state, as it comes back from a file, with parts that are well. */
  resume(state: RunState | string, options: RigOptions = {}): Promise<Played> {
    const json = typeof state === 'string' ? state : JSON.stringify(state);
    return this.play(this.rig(options), { state: JSON.parse(json) as RunState }); // it was one when it was saved
  }
}

/** @throws when the run had no result. */
export function resultOf({ result, error }: Played): RunResult {
  if (result !== undefined) return result;
  throw new Error(`the run should have finished${error === undefined ? '' : `, and threw ${shown(error)}`}`);
}

/** The state to go on from that a failed run left. */
export function stateLeft(error: TakoError): RunState {
  const state = error.partial?.state;
  expectThat(state !== undefined, 'an error of a run must carry the state to resume from');
  return state;
}

/** The tool of those who do the work, or one that the caller runs. */
function lookTool(execute?: (of: string, signal: AbortSignal) => Promise<string>): Tool {
  const inputSchema = { type: 'object', properties: { of: { type: 'string' } }, required: ['of'] } as const;
  return tool({
    name: 'look',
    inputSchema,
    // The orchestrator has checked it against the schema.
    execute: execute && ((input, { call }) => execute((input as { of: string }).of, call.signal)),
  });
}

/** The request of somebody who runs the tool themselves. */
export function requestWithClientTool(): ChatRequest {
  const { name, inputSchema } = lookTool();
  return { messages: [{ role: 'user', content: [{ type: 'text', text: question }] }], tools: [{ name, inputSchema }] };
}

/** Usage and cost are what the model told, each call once, however the run ended. */
function checkAccounts({ events, result, error, model, price }: Played, earlier: RunState | undefined): void {
  const told = events.flatMap((event) => (event.type === 'model_call' ? [event.call] : []));
  const accounts = result ?? (error?.partial && { ...error.partial, calls: error.partial.state?.calls });
  if (accounts?.calls === undefined) {
    if (error !== undefined) expectEqual(model.calls, 0, 'model calls of a run whose error has no accounts');
    return;
  }
  const { calls, usage = noUsage, costUsd: cost } = accounts;
  const before = earlier?.calls ?? [];
  expectEqual(calls.slice(0, before.length), before, 'the calls of the earlier part');
  expectEqual(calls.length - before.length, model.calls, 'calls in the result, compared with calls of the model');
  expectEqual(totalsOf(usage), totalsOf(addUsage(earlier?.usage ?? noUsage, model.usage)), 'usage in all');
  expectEqual(totalsOf(usage), totalsOf(calls.reduce((sum, call) => addUsage(sum, call.usage), noUsage)), 'the sum');
  expectEqual(cost, price === undefined ? undefined : sumOf(calls), 'the cost, compared with the sum of all calls');
  for (const call of calls) {
    if (price !== undefined) expectEqual(call.costUsd, costUsd(call.usage, price), 'the cost of a call');
  }
  if (result !== undefined) expectSame(told, calls.slice(before.length), 'model_call events, compared with the calls');
  if (result !== undefined) expectEqual(result.state.calls, calls, 'the calls in the state');
}

function totalsOf({ inputTokens, outputTokens }: Usage): Usage {
  return { inputTokens, outputTokens };
}

function sumOf(calls: readonly ModelCall[]): number {
  return calls.reduce((sum, call) => sum + (call.costUsd ?? Number.NaN), 0);
}

/** The same things, in whatever order. */
function expectSame(left: readonly unknown[], right: readonly unknown[], what: string): void {
  const sorted = (list: readonly unknown[]): string[] => list.map((item) => JSON.stringify(item)).toSorted();
  expectEqual(sorted(left), sorted(right), what);
}
