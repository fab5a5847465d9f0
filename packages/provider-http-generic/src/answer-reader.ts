import { providerError, type AnswerContext, type ChatEvent } from '@tako/core/provider';
import { CompletionReader, type ToolCallLike } from '@tako/openai-wire';

import type { AnswerShape } from './answer-shape.js';

/**
 * Reads the documents of one answer by pointers. What is found is put into the shape of OpenAI's chunks, whose reader does
 * the rest.
 */
export class AnswerReader {
  readonly #shape: AnswerShape;
  readonly #isCumulative: boolean;
  readonly #source: string;
  readonly #chunks: CompletionReader;
  /** All there was so far, where documents hold it. */
  readonly #said = { content: '', reasoning_content: '' };
  #calls: readonly ToolCallLike[] = [];
  #word: string | undefined;
  #hasFound = false;

  /** @param isCumulative whether each document holds all there is so far; the only one of an answer does */
  constructor(shape: AnswerShape, isCumulative: boolean, context: AnswerContext) {
    this.#shape = shape;
    this.#isCumulative = isCumulative;
    this.#source = context.source;
    this.#chunks = new CompletionReader(context);
  }

  /** Whether the answer has said why it stopped. */
  get finished(): boolean {
    return this.#word !== undefined;
  }

  /**
   * What the next document comes to: nothing, where there is nothing at the places that were given.
   *
   * @throws the endpoint's error, where it tells one; `malformed_response` when text that was sent is taken back.
   */
  read(document: unknown): ChatEvent[] {
    const { error, usage, model, toolCalls, ...found } = this.#shape.find(document);
    if (error !== undefined) return this.#chunks.read({ error });
    const text = textOf(found.text);
    const reasoning = textOf(found.reasoning);
    this.#word = wordOf(found.finishReason) ?? this.#word;
    if (toolCalls.length > 0) this.#calls = toolCalls;
    if ((text ?? reasoning ?? this.#word ?? toolCalls[0]) === undefined) return this.#chunks.read({ usage });

    this.#hasFound = true;
    const delta = this.#isCumulative
      ? { content: this.#newIn('content', text), reasoning_content: this.#newIn('reasoning_content', reasoning) }
      : { content: text, reasoning_content: reasoning, tool_calls: toolCalls };
    return this.#chunks.read({ model, usage, choices: [{ delta }] });
  }

  /**
   * Nothing follows: the ends of tool calls, and `finish`.
   *
   * @throws `malformed_response` when there was nothing at any of the places that were given.
   */
  end(): ChatEvent[] {
    if (!this.#hasFound) throw this.#malformed('answered with nothing at these places');
    // Calls that are told as a whole may change until the end.
    const calls = this.#isCumulative ? this.#calls.map((call, index) => ({ ...call, index })) : [];
    const last = { choices: [{ delta: { tool_calls: calls }, finish_reason: this.#reason() }] };
    return [...this.#chunks.read(last), ...this.#chunks.end()].map((event) =>
      event.type === 'finish' ? { ...event, rawFinishReason: this.#word } : event,
    );
  }

  /** The word that OpenAI has for why the answer stopped. */
  #reason(): string {
    const { hasFinishReason, finishReasons } = this.#shape;
    const word = this.#word;
    if (word !== undefined) return (Object.hasOwn(finishReasons, word) ? finishReasons[word] : undefined) ?? word;
    if (this.#calls.length > 0) return 'tool_calls';
    return hasFinishReason ? 'other' : 'stop';
  }

  #newIn(field: 'content' | 'reasoning_content', text = ''): string {
    const before = this.#said[field];
    if (before.startsWith(text)) return ''; // a last frame often has no text
    if (!text.startsWith(before)) throw this.#malformed('took back text that it had sent');
    this.#said[field] = text;
    return text.slice(before.length);
  }

  #malformed(what: string): Error {
    return providerError('malformed_response', `${this.#source} ${what}`, { source: this.#source });
  }
}

function wordOf(value: unknown): string | undefined {
  return value === true ? 'true' : textOf(value) || undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
