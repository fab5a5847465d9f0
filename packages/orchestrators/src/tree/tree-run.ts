import {
  assistant,
  call as callOf,
  invalidOptions,
  plainMessages,
  type ApprovalDecision,
  type Call,
  type ChatRequest,
  type Clock,
  type JsonObject,
  type JsonValue,
  type Message,
  type ModelCall,
  type PendingToolCall,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type RunState,
  type StopReason,
  type ToolResultPart,
} from '@tako/core';

import type { Place } from '../turn/open-answer.js';
import { readInput, type RunStart } from '../turn/read-input.js';
import { RunAccounts } from '../turn/run-accounts.js';
import { untilAborted } from '../turn/until-aborted.js';
import { CallRecorder } from './call-recorder.js';
import type { Limits } from './limits.js';
import type { LinkedSignal } from './linked-signal.js';
import { Mailbox } from './mailbox.js';
import { waitsIn } from './waits-in.js';

/** What a tree of runs came to. */
export interface Answer {
  readonly text: string;
  readonly output?: unknown;
}

/** What the runs of one kind of orchestrator have in common. */
export interface TreeOptions {
  readonly kind: string;
  readonly limits: Limits;
  readonly clock: Clock;
}

/**
 * A run that starts other runs. What was finished is remembered by a key: resumed, the orchestrator goes the same way
 * again, and is given what is finished without doing it twice.
 */
export class TreeRun {
  readonly call: Call;
  readonly accounts: RunAccounts;
  readonly start: RunStart;
  readonly clock: Clock;
  readonly events: Mailbox<RunEvent<never>> = new Mailbox();
  /** The best answer so far: what a limit leaves. */
  best: Answer | undefined;
  /** Further rounds that this run and those inside may take. */
  readonly roundsLeft: number;
  /** Tool calls of runs inside that wait for somebody. */
  readonly pending: PendingToolCall[] = [];
  /** What `onState` threw: it ends the whole run, and not just the branch that had something to save. */
  saveFailure: { readonly error: unknown } | undefined;
  readonly #kind: string;
  readonly #outer: Call;
  readonly #depthLeft: number;
  readonly #recorder: CallRecorder;
  readonly #done: Map<string, JsonValue>;
  readonly #runs: Map<string, RunState>;
  /** Keys of the branches that were started. */
  readonly #started: Set<string>;
  readonly #onState: RunOptions['onState'];
  readonly #link: LinkedSignal;

  /** @throws `invalid` for input that cannot be run. */
  constructor({ kind, limits, clock }: TreeOptions, input: RunInput, options: RunOptions, link: LinkedSignal) {
    this.start = readInput(input, kind);
    const { earlier } = this.start;
    this.#kind = kind;
    this.clock = clock;
    this.#outer = callOf({ ...options, runId: options.runId ?? earlier?.runId });
    this.call = { ...this.#outer, signal: link.signal };
    this.#link = link;
    const { depthLeft = Infinity, roundsLeft = Infinity } = this.#outer.enclosing ?? {};
    this.#depthLeft = Math.min(limits.maxDepth ?? 8, depthLeft);
    this.roundsLeft = roundsLeft;
    this.accounts = new RunAccounts(earlier);
    this.#recorder = new CallRecorder(
      this.accounts,
      limits,
      () => clock.now(),
      (call) => this.tell({ type: 'model_call', step: call.step, branch: call.branch, call }),
    );
    this.#done = new Map(Object.entries(earlier?.progress?.['done'] ?? {}));
    // A state is ours once version and kind are right: `state()` below wrote it.
    this.#runs = new Map(Object.entries((earlier?.progress?.['runs'] ?? {}) as unknown as { [key: string]: RunState }));
    this.#started = new Set([...this.#done.keys(), ...this.#runs.keys()].filter((key) => !key.includes(':')));
    this.#onState = options.onState;
    for (const id of [...this.start.approvals.keys(), ...this.start.toolResults.map(({ toolCallId }) => toolCallId)]) {
      if (earlier === undefined || !waitsIn(earlier, id))
        throw invalidOptions('run', `no tool call "${id}" waits in the state`);
    }
  }

  /** The conversation. */
  get messages(): readonly Message[] {
    return this.start.messages;
  }

  /** Runs that were started inside: one that is taken up again counts once. */
  get branches(): number {
    return this.#started.size;
  }

  /** Whether another level of runs may be opened. */
  get hasDepth(): boolean {
    return this.#depthLeft > 0;
  }

  /** Tells an event, and waits until it was taken. */
  tell(event: RunEvent<never>): Promise<void> {
    return this.events.send(event);
  }

  /** The call for what happens at a place: its model calls are booked there. */
  callAt(place: Place, signal: AbortSignal = this.call.signal, roundsLeft: number = this.roundsLeft): Call {
    const own = this.#recorder.layerAt(place);
    const outer = this.#outer.enclosing?.layer;
    const layer = outer === undefined ? own : (next: Parameters<typeof own>[0]) => outer(own(next));
    return { ...this.call, signal, enclosing: { layer, depthLeft: this.#depthLeft - 1, roundsLeft } };
  }

  /** Starts the run inside at `key`. @returns what it goes on from: its own earlier state, or `fresh` */
  inputFor(key: string, fresh: ChatRequest): RunInput {
    this.#started.add(key);
    const state = this.#runs.get(key);
    if (state === undefined) return fresh;
    const prefix = `${key}:`;
    const approvals: { [id: string]: ApprovalDecision } = {};
    for (const [id, decision] of this.start.approvals) {
      if (id.startsWith(prefix)) approvals[id.slice(prefix.length)] = decision;
    }
    const toolResults = this.start.toolResults.flatMap((result): ToolResultPart[] =>
      result.toolCallId.startsWith(prefix) ? [{ ...result, toolCallId: result.toolCallId.slice(prefix.length) }] : [],
    );
    return { state, approvals, toolResults };
  }

  /** Keeps the state of a run inside, and hands on the whole. */
  async keep(key: string, state: RunState): Promise<void> {
    this.#runs.set(key, state);
    await this.save();
  }

  /** What was done under `key` before, or what `work` does now; plain JSON. */
  async once<T extends JsonValue>(key: string, work: () => T | Promise<T>): Promise<T> {
    const known = this.#done.get(key);
    if (known !== undefined) return known as T; // written by the same call in an earlier part of the run
    const result = await work();
    this.#done.set(key, result);
    if (!isFailure(result)) this.#runs.delete(key);
    await this.save();
    return result;
  }

  /** Keeps where a branch that failed can be taken up again. */
  keepForRetry(key: string, state: RunState): void {
    this.#runs.set(key, state);
  }

  /** The run as plain JSON, to be resumed from. */
  state(): RunState {
    const { calls, usage, costUsd } = this.accounts;
    const { request } = this.start;
    const progress = { done: Object.fromEntries(this.#done), runs: Object.fromEntries(this.#runs) };
    return {
      version: 1,
      kind: this.#kind,
      runId: this.call.runId,
      step: this.branches,
      messages: [...plainMessages(this.messages)],
      ...(Object.keys(request).length === 0 ? {} : { request }),
      toolResults: [],
      usage,
      ...(costUsd === undefined ? {} : { costUsd }),
      calls: [...calls],
      progress: progress as unknown as JsonObject, // RunState is plain JSON
    };
  }

  /** Hands the state to whoever saves it. */
  async save(): Promise<void> {
    const onState = this.#onState;
    if (onState === undefined) return;
    try {
      await untilAborted(this.call.signal, () => onState(this.state()));
    } catch (error) {
      if (!this.call.signal.aborted) {
        this.saveFailure = { error };
        this.#link.abort(error); // the branches beside this one stop too
      }
      throw error;
    }
  }

  /** Branches that failed are run again by whoever resumes: to be called when a failure ends the run. */
  forgetFailures(): void {
    for (const [key, outcome] of this.#done) if (isFailure(outcome)) this.#done.delete(key);
  }

  /** Books what is still under way: nothing is waited for any more. @returns these calls */
  giveUp(): readonly ModelCall[] {
    return this.#recorder.giveUp();
  }

  /** What the run came to. */
  result<Output>(stopReason: StopReason, answer: Answer | undefined): RunResult<Output> {
    const { calls, usage, costUsd } = this.accounts;
    const text = answer?.text ?? '';
    return {
      text,
      output: answer?.output as Output | undefined, // a worker of this type made it
      messages: answer === undefined ? [...this.messages] : [...this.messages, assistant(text)],
      usage,
      costUsd,
      steps: this.branches,
      stopReason,
      calls: [...calls],
      pending: stopReason === 'approval' || stopReason === 'tool_calls' ? [...this.pending] : [],
      state: this.state(),
    };
  }
}

/** Whether it is the outcome of a branch that failed. */
function isFailure(outcome: JsonValue): boolean {
  return typeof outcome === 'object' && outcome !== null && 'ok' in outcome && outcome['ok'] === false;
}
