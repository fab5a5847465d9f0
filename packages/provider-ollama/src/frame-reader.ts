import {
  malformedAnswer,
  ToolCallAssembler,
  toldTokens,
  type AnswerContext,
  type ChatEvent,
  type FinishReason,
  type Usage,
} from '@tako/core/provider';

import type { OllamaCalled, OllamaFrame, OllamaSaid } from './ollama-frame.js';

/**
 * Reads the frames of an answer one by one; a whole answer is a stream of one frame. So an answer comes to the same events
 * whichever way it was asked for.
 */
export class FrameReader {
  readonly #context: AnswerContext;
  readonly #callIds = new Set<string>();
  #nextIndex = 0;
  #textIndex = -1;
  #reasoningIndex = -1;
  #started = false;
  #last: OllamaFrame | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  /** Whether the last frame was read. */
  get done(): boolean {
    return this.#last !== undefined;
  }

  /**
   * What the next frame comes to. What it does not know is skipped.
   *
   * @throws the vendor's error, where it tells one in place of an answer.
   */
  read(frame: OllamaFrame | null): ChatEvent[] {
    // Ollama says it without a status, which an answer that has begun cannot change any more.
    if (frame?.error) throw this.#context.toError(500, JSON.stringify({ error: frame.error }));
    const events: ChatEvent[] = [];
    if (frame?.message || frame?.done === true) this.#start(frame, events);
    if (frame?.message) this.#readSaid(frame.message, events);
    if (frame?.done === true) this.#last = frame;
    return events;
  }

  /** The answer is complete: `finish`. @throws `malformed_response` when the last frame was not read. */
  end(): ChatEvent {
    const { source } = this.#context;
    const last = this.#last;
    if (last === undefined) {
      throw malformedAnswer(source, 'closed the answer before its end');
    }
    const usage = usageOf(last);
    const raw = text(last.done_reason);
    return {
      type: 'finish',
      finishReason: this.#reason(raw),
      ...(raw === undefined ? {} : { rawFinishReason: raw }),
      ...(usage === undefined ? {} : { usage }),
    };
  }

  #reason(raw: string | undefined): FinishReason {
    const reason = fromOllamaDoneReason(raw);
    return this.#callIds.size > 0 && reason === 'stop' ? 'tool_calls' : reason;
  }

  #start({ model }: OllamaFrame, events: ChatEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const { requestId, warnings } = this.#context;
    const name = text(model);
    events.push({
      type: 'start',
      ...(requestId === undefined ? {} : { requestId }),
      ...(name === undefined ? {} : { model: name }),
    });
    events.push(...warnings);
  }

  #readSaid({ thinking, content, tool_calls: calls }: OllamaSaid, events: ChatEvent[]): void {
    const thought = text(thinking);
    if (thought !== undefined) {
      if (this.#reasoningIndex < 0) this.#reasoningIndex = this.#nextIndex++;
      events.push({ type: 'reasoning_delta', index: this.#reasoningIndex, text: thought });
    }
    const said = text(content);
    if (said !== undefined) {
      if (this.#textIndex < 0) this.#textIndex = this.#nextIndex++;
      events.push({ type: 'text_delta', index: this.#textIndex, text: said });
    }
    for (const call of list(calls)) if (call?.function) this.#readCall(call, events);
  }

  /** A call comes whole, in any frame. Its id is made up where there is none, or where another call of the answer has it. */
  #readCall({ id, function: called }: OllamaCalled, events: ChatEvent[]): void {
    const told = text(id);
    const calls = new ToolCallAssembler(() => this.#nextIndex++);
    const piece = {
      key: 0,
      id: told !== undefined && this.#callIds.has(told) ? undefined : told,
      name: text(called?.name),
      arguments: argumentsText(called?.arguments),
    };
    for (const event of [...calls.add(piece), ...calls.end()]) {
      if (event.type === 'tool_call_start') this.#callIds.add(event.id);
      events.push(event);
    }
  }
}

/**
 * Reads why a model stopped. A server that gives no reason is an old one, and was done.
 *
 * Source: https://github.com/ollama/ollama/blob/main/llm/server.go, `DoneReason`, and server/routes.go, which says `load`
 * and `unload` where it only did that (read 2026-11-23).
 */
function fromOllamaDoneReason(reason: string | undefined): FinishReason {
  switch (reason) {
    case undefined:
    case 'stop':
      return 'stop';
    case 'length':
      return 'length';
    default: // `load`, `unload`, and words that are newer
      return 'other';
  }
}

/**
 * Without a count of the prompt there is no usage: half of it would be booked as the whole. A missing count of the answer
 * is the zero that the server leaves out.
 */
function usageOf({ prompt_eval_count: input, eval_count: output }: OllamaFrame): Usage | undefined {
  const inputTokens = toldTokens(input);
  return inputTokens === undefined ? undefined : { inputTokens, outputTokens: toldTokens(output) ?? 0 };
}

/** Ollama sends objects; servers that follow it also text. */
function argumentsText(given: unknown): string | undefined {
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
