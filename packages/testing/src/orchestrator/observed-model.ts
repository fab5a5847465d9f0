import {
  addUsage,
  cancelled,
  CONTRACT,
  noUsage,
  providerError,
  unknownCapabilities,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type Price,
  type Provider,
  type Usage,
} from '@tako/core';

/** What goes wrong with a call of the model. */
export type ModelFault =
  | { readonly type: 'throw'; readonly makeError: () => Error; readonly when: 'at_once' | 'in_mid_answer' }
  /** The stream ends without its end. */
  | { readonly type: 'break_off' }
  /** Nothing comes any more, until the call is aborted. */
  | { readonly type: 'hang' };

/** What an observed model takes. */
export interface ObservedModelOptions {
  /** What it says to requests that are no work. */
  readonly reply: (request: ChatRequest) => string | undefined;
  /** What goes wrong with the call of this number: 1 is the first. */
  readonly fault: (number: number) => ModelFault | undefined;
  readonly price: Price | undefined;
}

/** Fractions that binary numbers cannot hold: sums in another order than the calls' would show. */
export const modelPrice: Price = { inputUsdPerMillion: 0.1, outputUsdPerMillion: 0.7 };

/** A model whose answers depend on the request alone, and that keeps account of what it told. */
export class ObservedModel {
  readonly provider: Provider;
  /** Answers to work that were told to their end. */
  readonly answers: string[] = [];
  /** Calls that were begun. */
  calls = 0;
  openStreams = 0;
  /** Resolves when a call hangs. */
  readonly hangs: Promise<void>;
  readonly #options: ObservedModelOptions;
  readonly #told: Usage[] = [];
  #hung: () => void = () => undefined;

  constructor(options: ObservedModelOptions) {
    this.#options = options;
    this.hangs = new Promise((resolve) => {
      this.#hung = resolve;
    });
    this.provider = {
      contract: CONTRACT,
      id: 'observed:model',
      capabilities: { ...unknownCapabilities, tools: 'yes' },
      price: options.price,
      stream: (request, call) => this.#stream(request, call),
    };
  }

  /** The sum of what all calls told that they used. */
  get usage(): Usage {
    return this.#told.reduce(addUsage, noUsage);
  }

  async *#stream(request: ChatRequest, { signal }: Call): AsyncGenerator<ChatEvent, void, undefined> {
    const at = this.calls++;
    if (signal.aborted) throw cancelled(signal.reason);
    const fault = this.#options.fault(this.calls);
    this.openStreams++;
    try {
      if (fault?.type === 'throw' && fault.when === 'at_once') throw fault.makeError();
      const mark = markOf(request);
      const inputTokens = 10 + (mark % 89);
      this.#told[at] = { inputTokens, outputTokens: 1 };
      yield { type: 'usage', usage: { inputTokens, outputTokens: 1 } };
      for (const event of this.#answer(request, mark)) {
        if (signal.aborted) throw cancelled(signal.reason);
        yield event;
        if (fault?.type === 'throw') throw fault.makeError();
        if (fault?.type === 'break_off') return;
        if (fault?.type === 'hang') await this.#hang(signal);
      }
      if (signal.aborted) throw cancelled(signal.reason);
      const usage = { inputTokens, outputTokens: 3 + (mark % 13) };
      this.#told[at] = usage;
      yield { type: 'finish', finishReason: wantsTool(request, this.#options) ? 'tool_calls' : 'stop', usage };
    } finally {
      this.openStreams--;
    }
  }

  *#answer(request: ChatRequest, mark: number): Generator<ChatEvent, void, undefined> {
    const own = this.#options.reply(request);
    if (own === undefined && wantsTool(request, this.#options)) {
      const [tool] = request.tools ?? [];
      const text = JSON.stringify({ of: String(mark) });
      // Like vendors that count from zero in every answer.
      yield { type: 'tool_call_start', index: 0, id: 'call_0', name: tool?.name ?? '' };
      yield { type: 'tool_call_delta', index: 0, argumentsDelta: text.slice(0, 4) };
      yield { type: 'tool_call_delta', index: 0, argumentsDelta: text.slice(4) };
      yield { type: 'tool_call_end', index: 0, arguments: text };
      return;
    }
    const text = own ?? `Answer ${mark}.`;
    const half = Math.ceil(text.length / 2);
    yield { type: 'text_delta', index: 0, text: text.slice(0, half) };
    yield { type: 'text_delta', index: 0, text: text.slice(half) };
    if (own === undefined) this.answers.push(text);
  }

  #hang(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const onAbort = (): void => {
        reject(cancelled(signal.reason));
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      this.#hung();
    });
  }
}

/** Work begins with a tool where there is one. */
function wantsTool(request: ChatRequest, { reply }: ObservedModelOptions): boolean {
  if (reply(request) !== undefined || (request.tools ?? []).length === 0) return false;
  return request.messages.at(-1)?.role !== 'tool';
}

/** A number that tells conversations apart (FNV-1a). */
function markOf({ messages }: ChatRequest): number {
  let hash = 2_166_136_261;
  for (const unit of JSON.stringify(messages)) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
}

/** A failure that a vendor's server may have at any time. */
export function overloaded(when: 'at_once' | 'in_mid_answer'): ModelFault {
  return { type: 'throw', when, makeError: () => providerError('overloaded', 'the model has too much to do') };
}
