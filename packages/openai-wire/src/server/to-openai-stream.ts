import { providerError, type ChatEvent } from '@tako/core/provider';

import { toOpenAIFinishReason } from '../chat/finish-reason.js';
import type {
  OpenAIChatChunk,
  OpenAIDelta,
  OpenAIFinishReason,
  OpenAIToolCallDelta,
} from '../chat/openai-chat-response.js';
import { toOpenAIUsage } from '../chat/usage.js';
import type { AnswerHead } from './to-openai-response.js';

/** What a streamed answer says about itself. */
export interface StreamHead extends AnswerHead {
  /** Whether the client asked for usage: the last chunk tells it then. @defaultValue false */
  readonly includeUsage?: boolean | undefined;
}

/**
 * Writes events as chunks, the server's side of `fromOpenAIStream`. The first chunk, which names the role, comes with the
 * first content: until then the caller can still answer with an error status. The caller ends with `[DONE]`.
 *
 * Events that clients of OpenAI do not know (`start`, `warning`, `attempt`) are left out.
 *
 * @throws what `events` throws; `malformed_response` when they end without `finish`.
 */
export async function* toOpenAIStream(
  events: AsyncIterable<ChatEvent>,
  head: StreamHead,
): AsyncGenerator<OpenAIChatChunk, void, undefined> {
  const writer = new OpenAIChunkWriter(head);
  for await (const event of events) {
    for (const chunk of writer.write(event)) yield chunk;
    if (event.type === 'finish') return;
  }
  throw providerError('malformed_response', 'the events ended without finish');
}

/**
 * Writes events as chunks one by one, for servers that have no use for another generator: `toOpenAIStream` without its loop.
 * After the chunks of `finish` nothing follows; the caller ends with `[DONE]`.
 */
export class OpenAIChunkWriter {
  readonly #head: Pick<OpenAIChatChunk, 'id' | 'object' | 'created' | 'model'>;
  readonly #includeUsage: boolean;
  /** The number of each tool call among the tool calls, and how much of its arguments was written, by its part's index. */
  readonly #calls = new Map<number, { readonly index: number; written: number }>();
  #usage: OpenAIChatChunk['usage'];
  #hasBegun = false;

  constructor({ id, model, created, includeUsage = false }: StreamHead) {
    this.#head = { id, object: 'chat.completion.chunk', created, model };
    this.#includeUsage = includeUsage;
  }

  /** The chunks for the next event: none for those that clients of OpenAI do not know, and for what says nothing. */
  write(event: ChatEvent): OpenAIChatChunk[] {
    switch (event.type) {
      case 'text_delta':
        return event.text === '' ? [] : this.#content({ content: event.text });
      case 'reasoning_delta':
        return event.text === '' ? [] : this.#content({ reasoning_content: event.text });
      case 'tool_call_start':
        this.#calls.set(event.index, { index: this.#calls.size, written: 0 });
        return this.#call(event.index, '', { id: event.id, type: 'function', name: event.name });
      case 'tool_call_delta':
        return this.#call(event.index, event.argumentsDelta);
      case 'tool_call_end': {
        const left = event.arguments.slice(this.#calls.get(event.index)?.written);
        return left === '' ? [] : this.#call(event.index, left); // arguments that came without deltas
      }
      case 'usage':
        this.#usage = toOpenAIUsage(event.usage);
        return [];
      case 'finish':
        if (event.usage !== undefined) this.#usage = toOpenAIUsage(event.usage);
        return this.#finish(toOpenAIFinishReason(event.finishReason));
      case 'start':
      case 'warning':
      case 'attempt':
        return [];
      default:
        event satisfies never; // a kind newer than this file
        return [];
    }
  }

  #finish(reason: OpenAIFinishReason): OpenAIChatChunk[] {
    const chunks = this.#content({});
    for (const choice of chunks.at(-1)?.choices ?? []) choice.finish_reason = reason;
    if (this.#includeUsage && this.#usage) chunks.push({ ...this.#head, choices: [], usage: this.#usage });
    return chunks;
  }

  #call(
    partIndex: number,
    argumentsDelta: string,
    first?: { readonly id: string; readonly type: 'function'; readonly name: string },
  ): OpenAIChatChunk[] {
    const call = this.#calls.get(partIndex);
    if (call === undefined) return []; // a delta of a call that never started
    call.written += argumentsDelta.length;
    const delta: OpenAIToolCallDelta =
      first === undefined
        ? { index: call.index, function: { arguments: argumentsDelta } }
        : {
            index: call.index,
            id: first.id,
            type: first.type,
            function: { name: first.name, arguments: argumentsDelta },
          };
    return this.#content({ tool_calls: [delta] });
  }

  /** One chunk, after the one that names the role where that was not sent yet. */
  #content(delta: OpenAIDelta): OpenAIChatChunk[] {
    const chunk = this.#chunk(delta);
    if (this.#hasBegun) return [chunk];
    this.#hasBegun = true;
    return [this.#chunk({ role: 'assistant', content: '' }), chunk];
  }

  #chunk(delta: OpenAIDelta): OpenAIChatChunk {
    const choices: OpenAIChatChunk['choices'] = [{ index: 0, delta, finish_reason: null }];
    return { ...this.#head, choices, ...(this.#includeUsage ? { usage: null } : {}) };
  }
}
