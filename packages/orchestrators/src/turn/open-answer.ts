import {
  estimateUsage,
  isTakoError,
  noUsage,
  ResponseBuilder,
  type AssistantMessage,
  type ChatEvent,
  type ChatRequest,
  type ContentPart,
  type ErrorCode,
  type FinishReason,
  type ModelCall,
  type Provider,
  type Usage,
} from '@tako/core';

import type { RunAccounts } from './run-accounts.js';

/** Where in a run a model call belongs. */
export type Place = Pick<ModelCall, 'step' | 'branch'>;

/** A model call in progress: puts its answer together, and books it once, however it ends. */
export class OpenAnswer {
  readonly #builder = new ResponseBuilder();
  #started = false;
  readonly #provider: Provider;
  readonly #request: ChatRequest;
  readonly #place: Place;
  readonly #now: () => number;
  readonly #startedMs: number;

  constructor(provider: Provider, request: ChatRequest, place: Place, now: () => number) {
    this.#provider = provider;
    this.#request = request;
    this.#place = place;
    this.#now = now;
    this.#startedMs = now();
  }

  /** Takes the next event. */
  add(event: ChatEvent): void {
    this.#started = true;
    this.#builder.add(event);
  }

  /** What was received so far. */
  content(): readonly ContentPart[] {
    return this.#builder.content();
  }

  /**
   * Books the whole answer.
   *
   * @throws `malformed_response` when it has no end.
   */
  close(accounts: RunAccounts): {
    readonly message: AssistantMessage;
    readonly finishReason: FinishReason;
    readonly call: ModelCall;
  } {
    const { message, finishReason, usage } = this.#builder.response();
    const used = usage ?? estimateUsage(this.#request, message.content);
    return { message, finishReason, call: this.#book(accounts, used, { finishReason }) };
  }

  /** Books what an answer used that broke off. A call that never got an event used nothing that we know of. */
  breakOff(accounts: RunAccounts, error: unknown): ModelCall {
    const known = this.#builder.usage ?? (isTakoError(error) ? error.partial?.usage : undefined);
    const guess = this.#started ? estimateUsage(this.#request, this.#builder.content()) : noUsage;
    return this.#book(accounts, known ?? guess, { error: isTakoError(error) ? error.code : 'provider' });
  }

  #book(accounts: RunAccounts, usage: Usage, end: { finishReason?: FinishReason; error?: ErrorCode }): ModelCall {
    const durationMs = this.#now() - this.#startedMs;
    const answeredBy = this.#builder.answeredBy ?? this.#provider;
    return accounts.book({ ...this.#place, usage, durationMs, ...end }, answeredBy);
  }
}
