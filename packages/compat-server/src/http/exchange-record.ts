import type { Principal, Usage } from '@tako/core';

import type { RequestHead } from './exchange.js';
import type { LogEntry } from './log-entry.js';

/** What becomes known of a request while it is answered, for the one entry that the log has of it. */
export class ExchangeRecord {
  readonly requestId: string;
  readonly #method: string;
  readonly #path: string;
  readonly #startedMs: number;
  principal: Principal | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  status = 0;
  /** The code of what went wrong. */
  error: string | undefined;
  detail: string | undefined;

  constructor(head: RequestHead, path: string, requestId: string, startedMs: number) {
    this.requestId = requestId;
    this.#method = head.method;
    this.#path = path;
    this.#startedMs = startedMs;
  }

  entry(nowMs: number): LogEntry {
    return {
      level: this.status >= 500 ? 'error' : 'info',
      event: 'request',
      timeMs: nowMs,
      requestId: this.requestId,
      method: this.#method,
      path: this.#path.slice(0, 200),
      status: this.status,
      durationMs: Math.round(nowMs - this.#startedMs),
      tenantId: this.principal?.tenantId,
      userId: this.principal?.userId,
      model: this.model?.slice(0, 200),
      inputTokens: this.usage?.inputTokens,
      outputTokens: this.usage?.outputTokens,
      error: this.error,
      detail: this.detail,
    };
  }
}
