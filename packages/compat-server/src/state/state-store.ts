/**
 * Keeps what the server must find again: responses that clients chain to, runs that wait for the results of client tools, answers
 * to requests with an `Idempotency-Key`. What is kept is text, and belongs to one tenant.
 */
export interface StateStore {
  /** What was put, if it is still there. */
  get(tenantId: string, key: string): Promise<string | undefined>;
  /** Keeps a text for at most `ttlMs`; it may be forgotten before. */
  put(tenantId: string, key: string, text: string, ttlMs: number): Promise<void>;
  /** @returns whether there was anything */
  delete(tenantId: string, key: string): Promise<boolean>;
}
