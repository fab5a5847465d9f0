import type { Authenticator, Clock, Principal, Tracer } from '@tako/core';

import type { Grants } from '../models/model-catalog.js';
import type { StateStore } from '../state/state-store.js';
import type { CorsOptions } from './front-checks.js';
import type { LogEntry } from './log-entry.js';
import type { RateLimitOptions } from './rate-limit.js';

/** What a server takes of each request, and how much of everything. */
export interface ServerLimits {
  /** Largest body. @defaultValue 10 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** How deep the JSON of a body may nest. @defaultValue 64 */
  readonly maxDepth?: number | undefined;
  /** Keys of all objects of a body together. @defaultValue 50000 */
  readonly maxKeys?: number | undefined;
  /** Values of all arrays and objects of a body together. @defaultValue 200000 */
  readonly maxItems?: number | undefined;
  /** Messages of a conversation. @defaultValue 10000 */
  readonly maxMessages?: number | undefined;
  /** Tools of a request. @defaultValue 512 */
  readonly maxTools?: number | undefined;
  /** How long a body may take to come. @defaultValue 30000 */
  readonly bodyTimeoutMs?: number | undefined;
  /** How long the reader of a stream may stand still before its connection is cut. @defaultValue 60000 */
  readonly writeTimeoutMs?: number | undefined;
  /** Requests that one tenant may have open at a time. @defaultValue 256 */
  readonly maxInFlightPerTenant?: number | undefined;
  /** Requests that all may have open at a time. @defaultValue 2048 */
  readonly maxInFlight?: number | undefined;
  /**
   * How often one address may fail to identify itself in a minute (of IPv6 the first 64 bits are one address). Then it is 429, and
   * nobody is asked about its credentials, except those that were good in that minute. The address is that of the connection: behind
   * a proxy all callers share it.
   *
   * @defaultValue 100; `Infinity` for no limit
   */
  readonly maxFailedAuthsPerMinute?: number | undefined;
  /** The largest value of each option that the id of a model may carry. An option that does not stand here is refused. */
  readonly modelOptions?: { readonly [name: string]: number } | undefined;
}

/** What all forms of the server share. */
export interface OpenAIServiceOptions {
  /** Finds out who is calling. Absent only where the server is told to be insecure. */
  readonly auth?: Authenticator | undefined;
  /** Who may use which model. What is not granted does not exist for the caller. @defaultValue everybody may use all */
  readonly grants?: Grants | undefined;
  readonly limits?: ServerLimits | undefined;
  /** How often each caller may ask. @defaultValue no limit */
  readonly rateLimit?: RateLimitOptions | undefined;
  /** Web pages that may call the server. @defaultValue none */
  readonly cors?: CorsOptions | undefined;
  /**
   * Names that the `Host` header may have, without port.
   *
   * @defaultValue for `serveOpenAI` on loopback the names of loopback, else any
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * What the server's own requests to its vendors bear in the header `x-tako-hop`: a request that comes with it has gone in a circle, and
   * is 508. Give the same header to the providers: `openai({ model, headers: { 'x-tako-hop': hopId } })`.
   *
   * @defaultValue a circle ends with the tenant's requests in flight
   */
  readonly hopId?: string | undefined;
  /** Serves `GET /metrics` in the format of Prometheus, to callers that are identified. @defaultValue false */
  readonly metrics?: boolean | undefined;
  /** Keeps stored responses, runs that wait for client tools, answers to requests with an `Idempotency-Key`. @defaultValue a `MemoryStateStore` */
  readonly store?: StateStore | undefined;
  /** How long a stored response is kept. @defaultValue 86400000, a day */
  readonly responseTtlMs?: number | undefined;
  /** After how long a silence of a stream the client hears that somebody is there. @defaultValue 15000 */
  readonly keepAliveMs?: number | undefined;
  /** Hears one entry for each request, and of what an operator should know. @defaultValue `serveOpenAI` writes lines of JSON to stdout, the other forms say nothing */
  readonly logger?: ((entry: LogEntry) => void) | undefined;
  /** Traces each request (`server_request`), and the run behind it. @defaultValue nobody listens */
  readonly tracer?: Tracer | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/** Who calls a server that identifies nobody. */
export const nobody: Principal = { tenantId: 'anonymous', userId: 'anonymous', roles: [] };
