import type { ChatRequest, Principal, Span, Usage } from '@tako/core';

import { forOperator } from '../errors/tellable.js';
import type { RequestHead } from './exchange.js';
import type { LogEntry } from './log-entry.js';
import type { Route } from './routes.js';

/** What becomes known of a request while it is answered, for the one entry that the log has of it. */
export class ExchangeRecord {
  readonly requestId: string;
  readonly #method: string;
  readonly #path: string;
  readonly #startedMs: number;
  /** The name of its route. */
  route: Route['name'] = 'unknown';
  principal: Principal | undefined;
  /** As the client wrote it, where it was found. */
  model: string | undefined;
  /** The same as the list of models has it. */
  modelId: string | undefined;
  usage: Usage | undefined;
  status = 0;
  /** The code of what went wrong. */
  error: string | undefined;
  detail: string | undefined;
  /** What is asked, once it is read: the log must not hold it, should an error quote it. */
  request: ChatRequest | undefined;
  span: Span | undefined;
  /** Headers of the answer, whatever it will be. */
  headers: Readonly<Record<string, string>>;

  constructor(head: RequestHead, path: string, requestId: string, startedMs: number) {
    this.requestId = requestId;
    this.headers = { 'x-request-id': requestId };
    this.#method = head.method;
    this.#path = path;
    this.#startedMs = startedMs;
  }

  durationMs(nowMs: number): number {
    return Math.max(0, Math.round(nowMs - this.#startedMs));
  }

  entry(nowMs: number): LogEntry {
    return {
      level: this.status >= 500 ? 'error' : 'info',
      event: 'request',
      timeMs: nowMs,
      requestId: this.requestId,
      method: this.#method,
      path: this.#loggedPath(),
      status: this.status,
      durationMs: this.durationMs(nowMs),
      tenantId: this.principal?.tenantId,
      userId: this.principal?.userId,
      model: this.model?.slice(0, 200),
      inputTokens: this.usage?.inputTokens,
      outputTokens: this.usage?.outputTokens,
      error: this.error,
      detail: this.detail,
    };
  }

  /** The paths of the busy routes are known; in others people paste keys. */
  #loggedPath(): string {
    const path = this.#path.slice(0, 200);
    return this.route === 'chat' || this.route === 'create_response' ? path : forOperator(path, [], undefined);
  }
}
