import {
  call as callOf,
  invalidOptions,
  plainMessages,
  textOf,
  toolResults,
  type AssistantMessage,
  type Call,
  type Message,
  type PendingToolCall,
  type RunInput,
  type RunOptions,
  type RunResult,
  type RunState,
  type StopReason,
  type ToolCallPart,
  type ToolResultPart,
} from '@tako/core';

import { readInput, type RunStart } from './read-input.js';
import { RunAccounts } from './run-accounts.js';
import { untilAborted } from './until-aborted.js';

/** Where a run stands. All that changes while it goes on is here, and `state` is a picture of it. */
export class RunProgress {
  readonly call: Call;
  readonly accounts: RunAccounts;
  readonly start: RunStart;
  /** Ids of all tool calls of the run. */
  readonly toolCallIds: Set<string> = new Set();
  /** How often the model was asked to repair its output. */
  repairs: number;
  readonly #kind: string;
  readonly #messages: Message[];
  readonly #results = new Map<string, ToolResultPart>();
  readonly #onState: RunOptions['onState'];
  #step: number;
  #answered: boolean;
  #isChanged = false;

  /** @throws `invalid` for input that cannot be run. */
  constructor(kind: string, input: RunInput, options: RunOptions) {
    const start = readInput(input, kind);
    const { earlier } = start;
    this.start = start;
    this.call = callOf({ ...options, runId: options.runId ?? earlier?.runId });
    this.accounts = new RunAccounts(earlier);
    this.#kind = kind;
    this.#messages = [...start.messages];
    this.#onState = options.onState;
    this.#step = earlier?.step ?? 0;
    this.repairs = earlier?.repairs ?? 0;
    // A conversation may end with the beginning of an answer; only a resumed run has one that is complete.
    this.#answered = this.#step > 0 && this.#messages.at(-1)?.role === 'assistant';
    for (const message of this.#messages) {
      for (const part of message.content) if (part.type === 'tool_call') this.toolCallIds.add(part.id);
    }
    for (const result of earlier?.toolResults ?? []) this.addResult(result);
    const open = this.openToolCalls;
    for (const id of [...start.toolResults.map(({ toolCallId }) => toolCallId), ...start.approvals.keys()]) {
      if (!open.some((toolCall) => toolCall.id === id))
        throw invalidOptions('run', `no tool call "${id}" waits in the state`);
    }
    for (const result of start.toolResults) this.addResult(result);
  }

  /** Model turns taken. */
  get step(): number {
    return this.#step;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** The model's answer that is being dealt with; `undefined` when it is the model's turn. */
  get answer(): AssistantMessage | undefined {
    const last = this.#messages.at(-1);
    return this.#answered && last?.role === 'assistant' ? last : undefined;
  }

  /** The last answer's tool calls. */
  get toolCalls(): readonly ToolCallPart[] {
    return this.answer?.content.filter((part) => part.type === 'tool_call') ?? [];
  }

  /** Those of them that have a result which is no failure. */
  get acceptedToolCalls(): readonly ToolCallPart[] {
    return this.toolCalls.filter(({ id }) => this.#results.has(id) && this.#results.get(id)?.isError !== true);
  }

  /** Those of them that have no result. */
  get openToolCalls(): readonly ToolCallPart[] {
    return this.toolCalls.filter(({ id }) => !this.#results.has(id));
  }

  /** Says something to the model: it is its turn again. */
  reply(message: Message): void {
    this.#messages.push(message);
    this.#answered = false;
  }

  /** Takes a model's answer: one more turn. */
  addAnswer(message: AssistantMessage): void {
    this.#messages.push(message);
    this.#step++;
    this.#answered = true;
  }

  /** @param result plain JSON, without bytes */
  addResult(result: ToolResultPart): void {
    this.#isChanged = true;
    this.#results.set(result.toolCallId, result);
  }

  /** Puts the results of the last answer's tool calls into the conversation, in call order. */
  closeToolCalls(): void {
    const inCallOrder = this.toolCalls.flatMap(({ id }) => this.#results.get(id) ?? []);
    this.reply(toolResults(...inCallOrder));
    this.#results.clear();
  }

  /** The run as plain JSON, to be resumed from. */
  state(): RunState {
    const { calls, usage, costUsd } = this.accounts;
    return {
      version: 1,
      kind: this.#kind,
      runId: this.call.runId,
      step: this.#step,
      messages: [...plainMessages(this.#messages)],
      ...(Object.keys(this.start.request).length === 0 ? {} : { request: this.start.request }),
      ...(this.repairs === 0 ? {} : { repairs: this.repairs }),
      toolResults: [...this.#results.values()],
      usage,
      ...(costUsd === undefined ? {} : { costUsd }),
      calls: [...calls],
    };
  }

  /** Hands the state to whoever saves it, where it has changed since the last time. */
  async saveChanges(): Promise<void> {
    if (this.#isChanged && !this.call.signal.aborted) await this.save();
  }

  /** Hands the state to whoever saves it. */
  async save(): Promise<void> {
    this.#isChanged = false;
    const onState = this.#onState;
    if (onState !== undefined) await untilAborted(this.call.signal, () => onState(this.state()));
  }

  /** What the run came to. */
  result<Output>({
    stopReason,
    output,
    pending = [],
  }: {
    readonly stopReason: StopReason;
    readonly output?: Output;
    readonly pending?: readonly PendingToolCall[] | undefined;
  }): RunResult<Output> {
    const { calls, usage, costUsd } = this.accounts;
    const state = this.state();
    const last = this.#messages.findLast(({ role }) => role === 'assistant');
    return {
      text: last === undefined ? '' : textOf(last),
      output,
      messages: [...this.#messages],
      usage,
      costUsd,
      steps: this.#step,
      stopReason,
      calls: [...calls],
      pending,
      state,
    };
  }
}
