import { malformedAnswer, type AnswerContext, type ChatEvent } from '@tako/core/provider';

import { statusOf } from './errors.js';
import { fieldsOf, textOf, type Fields } from './fields.js';
import { toFinishReason } from './finish-reason.js';
import { fromAnthropicUsage } from './usage.js';
import { toState } from './vendor-state.js';

/** What the reading of an answer needs to know. */
export type FromAnthropicOptions = Pick<AnswerContext, 'source' | 'requestId' | 'warnings' | 'toError'>;

/**
 * Tells a whole answer as the events that its stream would have had.
 *
 * @throws `malformed_response` for what is no answer; the vendor's error, where it tells one.
 */
export function fromAnthropic(answer: object, options: FromAnthropicOptions): ChatEvent[] {
  const { type, content, stop_reason, usage, ...message }: Fields = fieldsOf(answer);
  const reader = new AnthropicReader(options);
  if (type === 'error') return reader.read(answer);
  if (!Array.isArray(content)) {
    const { source } = options;
    throw malformedAnswer(source, 'answered without content');
  }
  const blocks: readonly unknown[] = content;
  return [
    { type: 'message_start', message },
    ...blocks.flatMap((content_block, index) => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason }, usage },
    { type: 'message_stop' },
  ].flatMap((event) => reader.read(event));
}

/** A block of the answer that is a part of ours. */
interface Block {
  readonly type: 'text' | 'thinking' | 'tool_use';
  readonly index: number;
  signature: string;
  arguments: string;
  /** Arguments that came with the beginning of a call, where no pieces follow. */
  readonly whole: string;
}

/** Reads an answer event by event. Blocks, deltas and events that it does not know are skipped. */
export class AnthropicReader {
  readonly #options: FromAnthropicOptions;
  /** By the vendor's index; `null` for a block that is skipped. */
  readonly #blocks = new Map<unknown, Block | null>();
  readonly #ids = new Set<string>();
  #started = false;
  #nextIndex = 0;
  #stopReason: string | undefined;
  #counts: Fields = {};

  constructor(options: FromAnthropicOptions) {
    this.#options = options;
  }

  /** What the next event comes to; the last one is `finish`. @throws the vendor's error, where it tells one. */
  read(told: unknown): ChatEvent[] {
    const event = fieldsOf(told);
    const events: ChatEvent[] = [];
    switch (event['type']) {
      case 'message_start':
        this.#start(fieldsOf(event['message']), events);
        break;
      case 'content_block_start':
        this.#open(event['index'], fieldsOf(event['content_block']), events);
        break;
      case 'content_block_delta':
        this.#add(event['index'], fieldsOf(event['delta']), events);
        break;
      case 'content_block_stop':
        this.#close(event['index'], events);
        break;
      case 'message_delta':
        this.#stopReason = textOf(fieldsOf(event['delta'])['stop_reason']) || this.#stopReason;
        this.#count(event['usage']);
        break;
      case 'message_stop':
        this.#finish(events);
        break;
      case 'error':
        throw this.#options.toError(statusOf(fieldsOf(event['error'])['type']), JSON.stringify(told));
    }
    return events;
  }

  #start(message: Fields, events: ChatEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const requestId = this.#options.requestId ?? (textOf(message['id']) || undefined);
    events.push({ type: 'start', requestId, model: textOf(message['model']) || undefined }, ...this.#options.warnings);
    this.#count(message['usage']);
    const usage = fromAnthropicUsage(this.#counts);
    if (usage !== undefined) events.push({ type: 'usage', usage });
  }

  #open(key: unknown, told: Fields, events: ChatEvent[]): void {
    this.#start({}, events);
    const type = told['type'];
    if (this.#blocks.has(key)) return;
    if (type === 'redacted_thinking') {
      const vendorData = toState({ redacted: textOf(told['data']) });
      events.push({ type: 'reasoning_delta', index: this.#nextIndex++, text: '', vendorData });
    }
    if (type !== 'text' && type !== 'thinking' && type !== 'tool_use') {
      this.#blocks.set(key, null);
      return;
    }
    const whole = Object.keys(fieldsOf(told['input'])).length > 0 ? JSON.stringify(told['input']) : '';
    const block: Block = { type, index: this.#nextIndex++, signature: '', arguments: '', whole };
    this.#blocks.set(key, block);
    if (type === 'tool_use') {
      const given = textOf(told['id']);
      const id = given === '' || this.#ids.has(given) ? `call_${crypto.randomUUID()}` : given;
      this.#ids.add(id);
      events.push({ type: 'tool_call_start', index: block.index, id, name: textOf(told['name']) });
    } else {
      addText(block, textOf(told[type]), events);
      block.signature = textOf(told['signature']);
    }
  }

  #add(key: unknown, delta: Fields, events: ChatEvent[]): void {
    const block = this.#blocks.get(key);
    if (block === undefined || block === null) return;
    switch (delta['type']) {
      case 'text_delta':
        if (block.type === 'text') addText(block, textOf(delta['text']), events);
        break;
      case 'thinking_delta':
        if (block.type === 'thinking') addText(block, textOf(delta['thinking']), events);
        break;
      case 'signature_delta':
        block.signature += textOf(delta['signature']);
        break;
      case 'input_json_delta':
        if (block.type === 'tool_use') addArguments(block, textOf(delta['partial_json']), events);
        break;
    }
  }

  #close(key: unknown, events: ChatEvent[]): void {
    const block = this.#blocks.get(key);
    if (block === undefined || block === null) return;
    this.#blocks.set(key, null);
    const { type, index, signature } = block;
    if (type === 'thinking' && signature !== '') {
      events.push({ type: 'reasoning_delta', index, text: '', vendorData: toState({ signature }) });
    }
    if (type !== 'tool_use') return;
    if (block.arguments === '') addArguments(block, block.whole, events);
    events.push({ type: 'tool_call_end', index, arguments: block.arguments });
  }

  #finish(events: ChatEvent[]): void {
    this.#start({}, events);
    for (const key of this.#blocks.keys()) this.#close(key, events);
    const reason = this.#stopReason;
    events.push({
      type: 'finish',
      finishReason: toFinishReason(reason),
      rawFinishReason: reason,
      usage: fromAnthropicUsage(this.#counts),
    });
  }

  /** Counts are cumulative: what is told later replaces what was told before. */
  #count(told: unknown): void {
    const news = Object.entries(fieldsOf(told)).filter(([, count]) => count !== null);
    this.#counts = { ...this.#counts, ...Object.fromEntries(news) };
  }
}

function addText({ type, index }: Block, text: string, events: ChatEvent[]): void {
  if (text !== '') events.push({ type: type === 'text' ? 'text_delta' : 'reasoning_delta', index, text });
}

function addArguments(block: Block, argumentsDelta: string, events: ChatEvent[]): void {
  if (argumentsDelta === '') return;
  block.arguments += argumentsDelta;
  events.push({ type: 'tool_call_delta', index: block.index, argumentsDelta });
}
