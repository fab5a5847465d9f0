import { ToolCallAssembler, type ChatEvent, type Usage } from '@tako/core/provider';

import type { CompletionLike, DeltaLike, FunctionLike, ToolCallLike } from './completion-like.js';
import { fromOpenAIFinishReason } from './finish-reason.js';
import { malformed } from './malformed.js';
import { ToolCallKeys } from './tool-call-keys.js';
import { fromOpenAIUsage } from './usage.js';
import { vendorFailure, type FromOpenAIOptions } from './vendor-failure.js';

/**
 * Reads chunks of a completion one by one; a whole completion is a stream of one chunk. So an answer comes to the same
 * events whichever way it was asked for.
 */
export class CompletionReader {
  readonly #options: FromOpenAIOptions;
  readonly #calls = new ToolCallAssembler(() => this.#nextIndex++);
  readonly #keys = new ToolCallKeys();
  #nextIndex = 0;
  #textIndex = -1;
  #reasoningIndex = -1;
  #started = false;
  #hasRefused = false;
  #finishReason: string | undefined;
  #usage: Usage | undefined;

  constructor(options: FromOpenAIOptions = {}) {
    this.#options = options;
  }

  /** Whether the vendor has said why it stopped: nothing but usage may follow. */
  get finished(): boolean {
    return this.#finishReason !== undefined;
  }

  /**
   * What the next chunk comes to. What it does not know is skipped.
   *
   * @throws the vendor's error, where it tells one in place of a chunk.
   */
  read(chunk: CompletionLike | null | undefined): ChatEvent[] {
    const events: ChatEvent[] = [];
    if (chunk?.error) throw vendorFailure(chunk.error, this.#options);
    const choice = list(chunk?.choices).find((each) => (each?.index ?? 0) === 0);
    if (chunk && choice) {
      this.#start(chunk, events);
      const whole = choice.message;
      this.#readDelta(choice.delta ?? whole, whole !== undefined, events);
      this.#finishReason = text(choice.finish_reason) ?? this.#finishReason;
    }
    const usage = chunk?.usage ? fromOpenAIUsage(chunk.usage) : undefined;
    if (usage !== undefined) {
      this.#usage = usage;
      events.push({ type: 'usage', usage });
    }
    return events;
  }

  /**
   * The vendor has said that nothing follows: the ends of tool calls, and `finish`.
   *
   * @throws `malformed_response` where no chunk held a choice.
   */
  end(): ChatEvent[] {
    if (!this.#started) throw malformed('answered without a choice', this.#options);
    const finish: ChatEvent = {
      type: 'finish',
      finishReason: this.#reason(),
      rawFinishReason: this.#finishReason,
      usage: this.#usage,
    };
    return [...this.#calls.end(), finish];
  }

  #reason(): ReturnType<typeof fromOpenAIFinishReason> {
    const reason = fromOpenAIFinishReason(this.#finishReason);
    if (this.#hasRefused) return 'content_filter';
    // Many servers say `stop`, or nothing, after tool calls; OpenAI does where the tool was chosen by name.
    return this.#calls.any && (reason === 'stop' || this.#finishReason === undefined) ? 'tool_calls' : reason;
  }

  #start({ id, model }: CompletionLike, events: ChatEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const { requestId = text(id), warnings = [] } = this.#options;
    events.push({ type: 'start', requestId, model: text(model) }, ...warnings);
  }

  #readDelta(delta: DeltaLike | null | undefined, isWhole: boolean, events: ChatEvent[]): void {
    if (!delta) return;
    const reasoning = text(delta.reasoning_content) ?? text(delta.reasoning);
    if (reasoning !== undefined) {
      if (this.#reasoningIndex < 0) this.#reasoningIndex = this.#nextIndex++;
      events.push({ type: 'reasoning_delta', index: this.#reasoningIndex, text: reasoning });
    }
    this.#readText(delta.content, events);
    if (text(delta.refusal) !== undefined) this.#hasRefused = true;
    this.#readText(delta.refusal, events);
    this.#readCalls(list(delta.tool_calls), isWhole, events);
    if (delta.function_call) this.#readCall(0, { function: delta.function_call }, events);
  }

  #readText(content: unknown, events: ChatEvent[]): void {
    if (typeof content !== 'string' || content === '') return;
    if (this.#textIndex < 0) this.#textIndex = this.#nextIndex++;
    events.push({ type: 'text_delta', index: this.#textIndex, text: content });
  }

  #readCalls(calls: readonly (ToolCallLike | null)[], isWhole: boolean, events: ChatEvent[]): void {
    for (const [position, call] of calls.entries()) {
      // In a whole answer each entry is a call of its own.
      const index = typeof call?.index === 'number' ? call.index : isWhole ? position : undefined;
      if (call?.function) this.#readCall(index, call, events);
    }
  }

  #readCall(index: number | undefined, { id, function: called }: ToolCallLike, events: ChatEvent[]): void {
    const piece = { id: text(id), name: text(called?.name), arguments: argumentsText(called) };
    events.push(...this.#calls.add({ key: this.#keys.keyOf({ index, ...piece }), ...piece }));
  }
}

function argumentsText(called: FunctionLike | null | undefined): string | undefined {
  const given = called?.arguments;
  // Some servers send the arguments parsed.
  return typeof given === 'object' && given !== null ? JSON.stringify(given) : text(given);
}

const nothing: readonly never[] = [];

/** A list, or nothing where there is something else. */
function list<T>(value: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(value) ? value : nothing;
}

/** Text with something in it. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
