import { providerError } from '../error/make-error.js';
import type { PartialResult, TakoError } from '../error/tako-error.js';
import type { VendorData } from '../message/content-part.js';
import type { AssistantContent } from '../message/message.js';
import type { ChatEvent, FinishEvent, StartEvent, ToolCallStartEvent, WarningEvent } from './chat-event.js';
import type { ChatResponse } from './chat-response.js';
import type { Usage } from './usage.js';

interface TextDraft {
  readonly type: 'text' | 'reasoning';
  text: string;
  vendorData?: VendorData;
}

interface CallDraft {
  readonly type: 'tool_call';
  readonly id: string;
  readonly name: string;
  arguments: string;
  vendorData?: VendorData;
}

type Draft = TextDraft | CallDraft;

/** More calls than any answer has, and longer arguments than any model writes: a vendor gone wild must not fill the memory. */
const maxCalls = 1_000;
const maxArgumentsCharacters = 2 ** 22;

/** Puts a stream of chat events together, one by one, in time linear in their text. */
export class ResponseBuilder {
  readonly #drafts = new Map<number, Draft>();
  #calls = 0;
  #argumentsCharacters = 0;
  readonly #warnings: WarningEvent[] = [];
  #lastIndex = -1;
  #last: Draft | undefined;
  #start: StartEvent | undefined;
  #usage: Usage | undefined;
  #finish: FinishEvent | undefined;

  /**
   * Takes the next event. Kinds that are not known are left aside.
   *
   * @throws `malformed_response` when one index names parts of two kinds, after 1000 tool calls, and after 4 Mi characters of
   * arguments.
   */
  add(event: ChatEvent): void {
    switch (event.type) {
      case 'text_delta':
        this.#addText('text', event.index, event.text, event.vendorData);
        break;
      case 'reasoning_delta':
        this.#addText('reasoning', event.index, event.text, event.vendorData);
        break;
      case 'tool_call_start':
        this.#startCall(event);
        break;
      case 'tool_call_delta': {
        const call = this.#call(event.index);
        this.#argue(call, call.arguments + event.argumentsDelta);
        break;
      }
      case 'tool_call_end': {
        const call = this.#call(event.index);
        this.#argue(call, event.arguments);
        if (event.vendorData !== undefined) call.vendorData = event.vendorData;
        break;
      }
      case 'start':
        this.#start = event;
        break;
      case 'usage':
        this.#usage = event.usage;
        break;
      case 'warning':
        this.#warnings.push(event);
        break;
      case 'attempt':
        break;
      case 'finish':
        this.#finish = event;
        this.#usage = event.usage ?? this.#usage;
        break;
      default:
        event satisfies never; // a kind newer than this file
    }
  }

  /** Whether `finish` was seen. */
  get finished(): boolean {
    return this.#finish !== undefined;
  }

  /** Who answers, where a layer chose. */
  get answeredBy(): StartEvent['answeredBy'] {
    return this.#start?.answeredBy;
  }

  /** Usage as last reported, if it ever was. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** The parts so far, in order. Text without characters and without vendor data is left out. */
  content(): AssistantContent[] {
    const content: AssistantContent[] = [];
    for (const [, draft] of [...this.#drafts].toSorted(([left], [right]) => left - right)) {
      if (draft.type === 'tool_call' || draft.text !== '' || draft.vendorData !== undefined) content.push({ ...draft });
    }
    return content;
  }

  /** What there is when the stream breaks: for `TakoError.partial`. */
  partial(): PartialResult {
    return { content: this.content(), ...(this.#usage === undefined ? {} : { usage: this.#usage }) };
  }

  /** @throws `malformed_response` when `finish` was not seen. */
  response(): ChatResponse {
    const finish = this.#finish;
    if (finish === undefined) {
      throw providerError('malformed_response', 'the stream ended without its end', { partial: this.partial() });
    }
    return {
      message: { role: 'assistant', content: this.content() },
      finishReason: finish.finishReason,
      rawFinishReason: finish.rawFinishReason,
      usage: this.#usage,
      requestId: this.#start?.requestId,
      model: this.#start?.model,
      warnings: this.#warnings,
    };
  }

  #startCall({ index, id, name }: ToolCallStartEvent): void {
    if (this.#drafts.has(index)) throw mixedUp(index, 'new tool_call');
    if (++this.#calls > maxCalls) throw tooLong();
    this.#drafts.set(index, { type: 'tool_call', id, name, arguments: '' });
  }

  #call(index: number): CallDraft {
    const draft = this.#drafts.get(index);
    if (draft?.type !== 'tool_call') throw mixedUp(index, 'tool_call');
    return draft;
  }

  #argue(call: CallDraft, text: string): void {
    this.#argumentsCharacters += text.length - call.arguments.length;
    if (this.#argumentsCharacters > maxArgumentsCharacters) throw tooLong();
    call.arguments = text;
  }

  #addText(type: 'text' | 'reasoning', index: number, text: string, vendorData: VendorData | undefined): void {
    let draft = index === this.#lastIndex ? this.#last : this.#drafts.get(index);
    if (draft === undefined) {
      draft = { type, text: '' };
      this.#drafts.set(index, draft);
    }
    if (draft.type !== type) throw mixedUp(index, type);
    this.#lastIndex = index;
    this.#last = draft;
    draft.text += text;
    if (vendorData !== undefined) draft.vendorData = vendorData;
  }
}

/** One index is one part: thinking that is taken for an answer would be shown to people. */
function mixedUp(index: number, given: string): TakoError {
  return providerError('malformed_response', `part ${index} of the stream is no ${given}`);
}

function tooLong(): TakoError {
  return providerError('malformed_response', 'the answer is too long');
}
