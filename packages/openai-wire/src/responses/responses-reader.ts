import type { VendorData } from '@tako/core';
import { ToolCallAssembler, type ChatEvent, type FinishReason, type Usage } from '@tako/core/provider';

import { malformed } from '../chat/malformed.js';
import { fromOpenAIUsage } from '../chat/usage.js';
import { vendorFailure, type FromOpenAIOptions } from '../chat/vendor-failure.js';
import type { ItemLike, ResponseEventLike, ResponseLike } from './response-like.js';

/** How responses are read. */
export interface FromOpenAIResponsesOptions extends FromOpenAIOptions {
  /** Who `vendorData` is written for. @defaultValue `openai` */
  readonly vendor?: string | undefined;
}

/** An item of the output that became a part, and how much of its text was told. */
interface OpenPart {
  readonly type: 'text' | 'reasoning';
  readonly index: number;
  told: number;
}

/**
 * Reads the events of a response one by one. A whole response is the end of each of its items, and its own end: what was
 * not told in deltas is told there.
 */
export class ResponsesReader {
  readonly #options: FromOpenAIResponsesOptions;
  readonly #calls = new ToolCallAssembler(() => this.#nextIndex++);
  readonly #parts = new Map<number, OpenPart>();
  /** Tool calls of which arguments were told, by the number of their item. */
  readonly #argued = new Set<number>();
  #nextIndex = 0;
  #started = false;
  #hasRefused = false;
  #ended: ResponseLike | undefined;
  #usage: Usage | undefined;

  constructor(options: FromOpenAIResponsesOptions = {}) {
    this.#options = options;
  }

  /** Whether the vendor has said that the response is over. */
  get finished(): boolean {
    return this.#ended !== undefined;
  }

  /** What a whole response comes to. @throws as `read`. */
  readWhole(response: ResponseLike): ChatEvent[] {
    const items = Array.isArray(response.output) ? (response.output as ResponseLike['output']) : undefined;
    const type = response.status === 'failed' ? 'response.failed' : 'response.completed';
    if (items === undefined && response.error) throw vendorFailure(response.error, this.#options);
    return [
      ...this.read({ type: 'response.created', response }),
      ...(items ?? []).flatMap((item, at) => this.read({ type: 'response.output_item.done', item, output_index: at })),
      ...(items === undefined ? [] : this.read({ type, response })),
    ];
  }

  /**
   * What the next event comes to. Kinds that it does not know are skipped.
   *
   * @throws the vendor's error, where it tells one.
   */
  read(event: ResponseEventLike | null | undefined): ChatEvent[] {
    const at = typeof event?.output_index === 'number' ? event.output_index : 0;
    switch (event?.type) {
      case 'response.created':
      case 'response.in_progress':
        return this.#start(event.response ?? {});
      case 'response.output_item.added':
        return event.item?.type === 'function_call' ? this.#readCall(at, event.item, '') : [];
      case 'response.refusal.delta':
        this.#hasRefused = true;
        return this.#tell('text', at, text(event.delta));
      case 'response.output_text.delta':
        return this.#tell('text', at, text(event.delta));
      case 'response.reasoning_summary_part.added':
        return Number(event.summary_index) > 0 ? this.#tell('reasoning', at, '\n\n') : [];
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return this.#tell('reasoning', at, text(event.delta));
      case 'response.function_call_arguments.delta':
        this.#argued.add(at);
        return [...this.#calls.add({ key: at, arguments: text(event.delta) })];
      case 'response.output_item.done':
        return this.#endItem(at, event.item ?? {});
      case 'response.completed':
      case 'response.incomplete':
        return this.#endResponse(event.response ?? {});
      case 'response.failed':
        throw vendorFailure(event.response?.error, this.#options);
      case 'error':
        throw vendorFailure(event.error ?? event, this.#options);
      default:
        return [];
    }
  }

  /** The ends of tool calls, and `finish`. @throws `malformed_response` where the response did not end. */
  end(): ChatEvent[] {
    const ended = this.#ended;
    if (ended === undefined) throw malformed('the stream ended without its end', this.#options);
    const raw = text(ended.incomplete_details?.reason) || text(ended.status);
    const finish: ChatEvent = {
      type: 'finish',
      finishReason: this.#reason(raw),
      ...(raw === '' ? {} : { rawFinishReason: raw }),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
    };
    return [...this.#calls.end(), finish];
  }

  #reason(raw: string): FinishReason {
    if (this.#hasRefused || raw === 'content_filter') return 'content_filter';
    if (raw === 'max_output_tokens') return 'length';
    if (raw !== 'completed' && raw !== '') return 'other';
    return this.#calls.any ? 'tool_calls' : 'stop';
  }

  #start({ id, model }: ResponseLike): ChatEvent[] {
    if (this.#started) return [];
    this.#started = true;
    const requestId = this.#options.requestId ?? text(id);
    const start: ChatEvent = {
      type: 'start',
      ...(requestId === '' ? {} : { requestId }),
      ...(text(model) === '' ? {} : { model: text(model) }),
    };
    return [start, ...(this.#options.warnings ?? [])];
  }

  #endResponse(response: ResponseLike): ChatEvent[] {
    this.#ended = response;
    const { input_tokens: input, output_tokens: output, ...details } = response.usage ?? {};
    this.#usage = fromOpenAIUsage({
      prompt_tokens: input,
      completion_tokens: output,
      prompt_tokens_details: details.input_tokens_details,
      completion_tokens_details: details.output_tokens_details,
    });
    return [
      ...this.#start(response),
      ...(this.#usage === undefined ? [] : [{ type: 'usage' as const, usage: this.#usage }]),
    ];
  }

  #endItem(at: number, item: ItemLike): ChatEvent[] {
    const vendor = this.#options.vendor ?? 'openai';
    if (item.type === 'function_call')
      return this.#readCall(at, item, this.#argued.has(at) ? '' : text(item.arguments));
    if (item.type === 'message') {
      if (textsIn(item.content, 'refusal').length > 0) this.#hasRefused = true;
      const whole = [...textsIn(item.content, 'text'), ...textsIn(item.content, 'refusal')].join('');
      const data = text(item.phase) === '' ? undefined : { vendor, data: { phase: text(item.phase) } };
      return this.#tellRest('text', at, whole, data);
    }
    if (item.type !== 'reasoning') return [];
    const whole = textsIn(item.summary, 'text').join('\n\n') || textsIn(item.content, 'text').join('\n\n');
    const [id, encrypted] = [text(item.id), text(item.encrypted_content)];
    const data = encrypted === '' ? undefined : { vendor, data: { id, encrypted_content: encrypted } };
    return this.#tellRest('reasoning', at, whole, data);
  }

  #readCall(at: number, { call_id: id, name }: ItemLike, json: string): ChatEvent[] {
    return [...this.#calls.add({ key: at, id: text(id), name: text(name), arguments: json })];
  }

  /** What is left of an item's whole text, and its state. */
  #tellRest(type: OpenPart['type'], at: number, whole: string, vendorData: VendorData | undefined): ChatEvent[] {
    return this.#tell(type, at, whole.slice(this.#parts.get(at)?.told), vendorData);
  }

  #tell(type: OpenPart['type'], at: number, delta: string, vendorData?: VendorData): ChatEvent[] {
    if (delta === '' && vendorData === undefined) return [];
    const part = this.#parts.get(at) ?? { type, index: this.#nextIndex++, told: 0 };
    this.#parts.set(at, part);
    part.told += delta.length;
    const event = { index: part.index, text: delta, ...(vendorData === undefined ? {} : { vendorData }) };
    return [part.type === 'text' ? { type: 'text_delta', ...event } : { type: 'reasoning_delta', ...event }];
  }
}

/** The field `name` of each entry that has it as text. */
function textsIn(entries: unknown, name: string): string[] {
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    const value =
      typeof entry === 'object' && entry !== null ? Object.entries(entry).find(([key]) => key === name)?.[1] : '';
    return text(value) === '' ? [] : [text(value)];
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
