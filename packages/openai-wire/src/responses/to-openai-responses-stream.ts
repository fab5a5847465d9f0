import { ResponseBuilder, type AssistantContent } from '@tako/core';
import { providerError, type ChatEvent } from '@tako/core/provider';

import type { OpenAIResponseEvent } from './openai-response.js';
import {
  responseHead,
  toOpenAIResponsesResponse,
  toOutputItem,
  type ResponsesHead,
} from './to-openai-responses-response.js';

type WithoutNumber<Event> = Event extends unknown ? Omit<Event, 'sequence_number'> : never;
type Unnumbered = WithoutNumber<OpenAIResponseEvent>;

/** A part that is being written. */
interface OpenItem {
  readonly outputIndex: number;
  readonly id: string;
  readonly part: AssistantContent;
  readonly pieces: string[];
}

/**
 * Writes events as those of a streamed response, the server's side of `fromOpenAIResponsesSse`, in the order in which OpenAI's
 * clients want them. Nothing is written before there is content: until then the caller can still answer with an error status.
 *
 * @throws what `events` throws; `malformed_response` when they end without `finish`.
 */
export async function* toOpenAIResponsesStream(
  events: AsyncIterable<ChatEvent>,
  head: ResponsesHead,
): AsyncGenerator<OpenAIResponseEvent, void, undefined> {
  const writer = new OpenAIResponsesWriter(head);
  for await (const event of events) {
    for (const written of writer.write(event)) yield written;
    if (event.type === 'finish') return;
  }
  throw providerError('malformed_response', 'the events ended without finish');
}

/**
 * Writes events as those of a streamed response one by one, for servers that have no use for another generator:
 * `toOpenAIResponsesStream` without its loop. After the events of `finish` nothing follows.
 */
export class OpenAIResponsesWriter {
  readonly #head: ResponsesHead;
  readonly #builder = new ResponseBuilder();
  readonly #open = new Map<number, OpenItem>();
  #hasBegun = false;
  #count = 0;
  #number = 0;

  constructor(head: ResponsesHead) {
    this.#head = head;
  }

  /** What was written so far, or all of it after `finish`. */
  get content(): AssistantContent[] {
    return this.#builder.content();
  }

  /** Whether anything was written. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The events for the next event: none for those that clients of OpenAI do not know, and for what says nothing. */
  write(event: ChatEvent): OpenAIResponseEvent[] {
    this.#builder.add(event);
    return this.#numbered(this.#write(event));
  }

  /** Something that changes nothing, for clients whose timers do not hear comments. The response begins with it, if it has not. */
  keepAlive(): OpenAIResponseEvent[] {
    if (!this.#hasBegun) return this.#numbered(this.#opening());
    return this.#numbered([{ type: 'response.in_progress', response: responseHead(this.#head) }]);
  }

  /** The end of a response that failed on its way: clients look for it in either of the two. */
  fail(code: string, message: string): OpenAIResponseEvent[] {
    const response = { ...responseHead(this.#head), status: 'failed' as const, error: { code, message } };
    return this.#numbered([
      ...this.#opening(),
      { type: 'response.failed', response },
      { type: 'error', code, message, param: null, error: { type: 'server_error', code, message, param: null } },
    ]);
  }

  #numbered(events: readonly Unnumbered[]): OpenAIResponseEvent[] {
    return events.map((event) => ({ ...event, sequence_number: this.#number++ }));
  }

  #write(event: ChatEvent): Unnumbered[] {
    switch (event.type) {
      case 'text_delta':
      case 'reasoning_delta':
        // Empty text may carry the state of its part.
        return event.text === '' && event.vendorData === undefined
          ? []
          : this.#delta(event.index, event.type, event.text);
      case 'tool_call_start':
        return this.#begin(event.index, { type: 'tool_call', id: event.id, name: event.name, arguments: '' }).written;
      case 'tool_call_delta':
        return this.#argue(event.index, event.argumentsDelta);
      case 'tool_call_end': {
        const told = this.#open.get(event.index)?.pieces.join('') ?? '';
        return [...this.#argue(event.index, event.arguments.slice(told.length)), ...this.#end(event.index)];
      }
      case 'finish':
        return this.#finish();
      case 'start':
      case 'usage':
      case 'warning':
      case 'attempt':
        return [];
      default:
        event satisfies never; // a kind newer than this file
        return [];
    }
  }

  #finish(): Unnumbered[] {
    const written = [...this.#opening(), ...[...this.#open.keys()].flatMap((index) => this.#end(index))];
    const response = toOpenAIResponsesResponse(this.#builder.response(), this.#head);
    const type = response.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
    return [...written, { type, response }];
  }

  #delta(index: number, type: 'text_delta' | 'reasoning_delta', delta: string): Unnumbered[] {
    const kind = type === 'text_delta' ? 'text' : 'reasoning';
    const { item, written } = this.#begin(index, { type: kind, text: '' });
    if (delta === '') return written;
    item.pieces.push(delta);
    const place = { item_id: item.id, output_index: item.outputIndex };
    return [
      ...written,
      kind === 'text'
        ? { type: 'response.output_text.delta', ...place, content_index: 0, delta, logprobs: [] }
        : { type: 'response.reasoning_summary_text.delta', ...place, summary_index: 0, delta },
    ];
  }

  #argue(index: number, delta: string): Unnumbered[] {
    const item = this.#open.get(index);
    if (item === undefined || delta === '') return [];
    item.pieces.push(delta);
    return [
      { type: 'response.function_call_arguments.delta', item_id: item.id, output_index: item.outputIndex, delta },
    ];
  }

  /** The item of a part, and what must be written before anything of it where it is new. */
  #begin(index: number, part: AssistantContent): { readonly item: OpenItem; readonly written: Unnumbered[] } {
    const open = this.#open.get(index);
    if (open !== undefined) return { item: open, written: [] };
    const outputIndex = this.#count++;
    const outputItem = toOutputItem(part, this.#head, outputIndex, 'in_progress');
    const item = { outputIndex, id: outputItem.id, part, pieces: [] };
    this.#open.set(index, item);
    const place = { item_id: item.id, output_index: outputIndex };
    const empty = outputItem.type === 'message' ? { ...outputItem, content: [] } : outputItem;
    const written: Unnumbered[] = [
      ...this.#opening(),
      { type: 'response.output_item.added', output_index: outputIndex, item: empty },
    ];
    if (part.type === 'text') {
      const text = { type: 'output_text' as const, text: '', annotations: [] as [] };
      written.push({ type: 'response.content_part.added', ...place, content_index: 0, part: text });
    } else if (part.type === 'reasoning') {
      const text = { type: 'summary_text' as const, text: '' };
      written.push({ type: 'response.reasoning_summary_part.added', ...place, summary_index: 0, part: text });
    }
    return { item, written };
  }

  #end(index: number): Unnumbered[] {
    const item = this.#open.get(index);
    if (item === undefined) return [];
    this.#open.delete(index);
    const whole = item.pieces.join('');
    const place = { item_id: item.id, output_index: item.outputIndex };
    const part = this.#builder.content()[item.outputIndex] ?? item.part;
    const done: Unnumbered = {
      type: 'response.output_item.done',
      output_index: item.outputIndex,
      item: toOutputItem(part, this.#head, item.outputIndex),
    };
    if (part.type === 'tool_call') {
      const { name } = part;
      return [{ type: 'response.function_call_arguments.done', ...place, name, arguments: whole }, done];
    }
    if (part.type === 'text') {
      const text = { type: 'output_text' as const, text: whole, annotations: [] as [] };
      return [
        { type: 'response.output_text.done', ...place, content_index: 0, text: whole, logprobs: [] },
        { type: 'response.content_part.done', ...place, content_index: 0, part: text },
        done,
      ];
    }
    const text = { type: 'summary_text' as const, text: whole };
    return [
      { type: 'response.reasoning_summary_text.done', ...place, summary_index: 0, text: whole },
      { type: 'response.reasoning_summary_part.done', ...place, summary_index: 0, part: text },
      done,
    ];
  }

  #opening(): Unnumbered[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    const response = responseHead(this.#head);
    return [
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ];
  }
}
