import { call as callOf, systemClock, tracedAuthenticator, type Clock, type Principal } from '@tako/core';

import { readRequestBody } from '../body/read-request-body.js';
import { chatCompletions } from '../chat/chat-completions.js';
import { errorBody, Refusal, type Failure } from '../errors/failure.js';
import { limitsUnavailable, shuttingDown } from '../errors/known-failures.js';
import { authFailure, targetFailure } from '../errors/to-failure.js';
import { ModelCatalog } from '../models/model-catalog.js';
import type { ServeTarget } from '../models/servable.js';
import { createResponse } from '../responses/create-response.js';
import { StoredResponses } from '../responses/stored-responses.js';
import { MemoryStateStore } from '../state/memory-state-store.js';
import { IdempotentReplies } from '../state/idempotent-replies.js';
import { PausedRuns } from '../state/paused-runs.js';
import { answerBodyless, jsonReply, type Shown } from './answer-bodyless.js';
import { ExchangeRecord } from './exchange-record.js';
import { onlyHeader, type ReadBody, type Reply, type RequestHead } from './exchange.js';
import { FailedAuths } from './failed-auths.js';
import { frontChecked, type FrontOptions } from './front-checks.js';
import { jsonHeaders } from './headers.js';
import { idempotencyKey } from './idempotency-key.js';
import { identify } from './identify.js';
import { InFlight, type Flight } from './in-flight.js';
import { harmless, type LogEntry } from './log-entry.js';
import { Metrics } from './metrics.js';
import type { ModelDoor } from './model-door.js';
import { noteDetail } from './note-detail.js';
import { RateLimit } from './rate-limit.js';
import { requestIdOf } from './request-id.js';
import { describeSpan, endSpan, requestSpan } from './request-span.js';
import { routeOf, type Route } from './routes.js';
import { nobody, type OpenAIServiceOptions } from './server-options.js';
import { settledLimits, type SettledLimits } from './settled-limits.js';

/** A request whose sender is known. Its body is not read yet. */
export interface OpenedRequest {
  /** Reads the body where there is one, and answers. It never throws. */
  readonly answer: (readBody: ReadBody) => Promise<Reply>;
  /** Answers with a failure that came up on the way. */
  readonly refuse: (failure: Failure) => Reply;
}

/** How long runs that are aborted have to tell their clients. */
const farewellMs = 2_000;

/** The server without its sockets: from a request that is not read yet to a reply. All forms of the server are faces of it. */
export class OpenAIService {
  readonly limits: SettledLimits;
  readonly clock: Clock;
  readonly log: (entry: LogEntry) => void;
  readonly #options: OpenAIServiceOptions;
  readonly #startedSeconds: number;
  readonly #paused: PausedRuns;
  readonly #responses: StoredResponses;
  readonly #replies: IdempotentReplies;
  readonly #front: FrontOptions;
  readonly #failedAuths: FailedAuths;
  readonly #inFlight: InFlight;
  readonly #rateLimit: RateLimit | undefined;
  readonly #metrics: Metrics | undefined;
  #models: ModelCatalog;
  #isClosing = false;

  /** @throws `invalid` for options that cannot work. */
  constructor(target: ServeTarget, options: OpenAIServiceOptions, refusesOrigins = false) {
    const { clock = systemClock(globalThis), allowedHosts, cors, hopId, rateLimit, metrics = false } = options;
    this.#options = options;
    this.limits = settledLimits(options);
    this.clock = clock;
    this.log = harmless(options.logger);
    this.#failedAuths = new FailedAuths(this.limits.maxFailedAuthsPerMinute, clock);
    this.#inFlight = new InFlight(this.limits);
    const store = options.store ?? new MemoryStateStore({ clock });
    this.#paused = new PausedRuns(store);
    this.#replies = new IdempotentReplies(store);
    this.#responses = new StoredResponses(store, this.limits.responseTtlMs);
    const hosts = allowedHosts === undefined ? undefined : new Set(allowedHosts.map((host) => host.toLowerCase()));
    this.#front = { allowedHosts: hosts, cors, hopId, refusesOrigins };
    this.#rateLimit = rateLimit === undefined ? undefined : new RateLimit(rateLimit, clock);
    this.#metrics = metrics ? new Metrics() : undefined;
    this.#startedSeconds = Math.floor(clock.now() / 1000);
    this.#models = this.#catalogOf(target);
  }

  /** Serves something else from now on. What goes on goes on. @throws `invalid` as the constructor does. */
  setTarget(target: ServeTarget): void {
    this.#models = this.#catalogOf(target);
  }

  /** Takes no more work, waits `drainMs` for what goes on, then stops the rest. */
  async drain(drainMs: number): Promise<void> {
    this.#isClosing = true;
    await this.#inFlight.drain(drainMs, farewellMs, this.clock, new Refusal(shuttingDown));
  }

  /**
   * Finds out who is calling. Nothing of the body is read before that.
   *
   * @param path the path below the server's own, without its query
   * @returns a reply where the request is at its end already. It never throws.
   */
  async open(head: RequestHead, path: string): Promise<OpenedRequest | Reply> {
    const record = new ExchangeRecord(head, path, requestIdOf(head), this.clock.now());
    const route = routeOf(head.method, path);
    record.route = route.name;
    const refuse = (failure: Failure): Reply => this.#refused(record, failure);
    if (route.name === 'health') return this.#ended(record, jsonReply({ status: 'ok' }));
    if (route.name === 'ready') {
      return this.#isClosing ? refuse(shuttingDown) : this.#ended(record, jsonReply({ status: 'ready' }));
    }
    const front = frontChecked(head, this.#front);
    record.headers = { ...record.headers, ...front.headers };
    if (front.failure !== undefined) return refuse(front.failure);
    if (front.isPreflight === true) return this.#ended(record, { status: 204, headers: {}, body: '' });
    if (this.#isClosing) return refuse(shuttingDown);

    const { tracer } = this.#options;
    if (tracer !== undefined) record.span = requestSpan(tracer, head, record);
    let principal: Principal;
    try {
      principal = await this.#identify(head, record);
    } catch (error) {
      noteDetail(record, head, error);
      return refuse(authFailure(error));
    }
    record.principal = principal;
    describeSpan(record.span, { tenantId: principal.tenantId, userId: principal.userId });
    if (this.#rateLimit !== undefined) {
      try {
        const { headers, failure } = await this.#rateLimit.take(principal);
        record.headers = { ...record.headers, ...headers };
        if (failure !== undefined) return refuse(failure);
      } catch (error) {
        noteDetail(record, head, error);
        return refuse(limitsUnavailable);
      }
    }
    return { refuse, answer: (readBody) => this.#answer(route, head, record, principal, readBody) };
  }

  async #identify(head: RequestHead, { span }: ExchangeRecord): Promise<Principal> {
    const { auth, tracer } = this.#options;
    if (auth === undefined) return nobody;
    const told = tracer === undefined ? auth : tracedAuthenticator(auth, { tracer, span, name: 'authenticate' });
    return await identify(head, told, this.#failedAuths);
  }

  async #answer(
    route: Route,
    head: RequestHead,
    record: ExchangeRecord,
    principal: Principal,
    readBody: ReadBody,
  ): Promise<Reply> {
    try {
      if (route.name !== 'chat' && route.name !== 'create_response') {
        return this.#ended(record, await answerBodyless(route, principal, this.#shown));
      }
      const flight: Flight = { abort: head.abort };
      const failure = this.#inFlight.enter(principal.tenantId, flight);
      if (failure !== undefined) return this.#refused(record, failure);
      const land = (): void => {
        this.#inFlight.leave(principal.tenantId, flight);
      };
      let isStream = false;
      try {
        const body = await readRequestBody(head, readBody, this.limits, this.clock);
        const door = this.#door(head, record, principal, land);
        const ask = (): Promise<Reply> => (route.name === 'chat' ? chatCompletions : createResponse)(body, door);
        const key = idempotencyKey(head);
        // With our own events it is another answer.
        const of = door.takoEvents ? `${route.name} with events` : route.name;
        const asked = { principal, route: of, body, signal: head.signal };
        const isWhole = (): boolean => record.error === undefined;
        const reply = key === undefined ? await ask() : await this.#replies.once({ ...asked, key }, ask, isWhole);
        isStream = typeof reply.body !== 'string';
        return isStream ? withHeaders(reply, record.headers) : this.#ended(record, reply);
      } finally {
        if (!isStream) land();
      }
    } catch (error) {
      noteDetail(record, head, error);
      const failure = targetFailure(error);
      // Whoever has gone hears nothing; the log has the status that says so.
      if (head.signal.aborted && failure.status !== shuttingDown.status) record.status = 499;
      return this.#refused(record, failure, error);
    }
  }

  #door(head: RequestHead, record: ExchangeRecord, principal: Principal, land: () => void): ModelDoor {
    const { tracer } = this.#options;
    return {
      find: (model) => {
        const found = this.#models.find(principal, model);
        if ('failure' in found) throw new Refusal(found.failure);
        record.model = model;
        record.modelId = found.id;
        return found.target;
      },
      call: (streaming) => callOf({ signal: head.signal, principal, tracer, span: record.span, streaming }),
      principal,
      paused: this.#paused,
      responses: this.#responses,
      takoEvents: onlyHeader(head, 'x-tako-events') === '1',
      limits: this.limits,
      clock: this.clock,
      onRequest: (request) => {
        record.request = request;
      },
      onUsage: (usage) => {
        record.usage = usage;
      },
      onEnd: (error) => {
        land();
        record.status = 200;
        if (error !== undefined) {
          const { code, type, status } = targetFailure(error);
          noteDetail(record, head, error);
          record.error = code ?? type;
          if (head.signal.aborted && status !== shuttingDown.status) record.status = 499;
        }
        this.#settled(record, error);
      },
    };
  }

  #refused(record: ExchangeRecord, failure: Failure, error?: unknown): Reply {
    record.error = failure.code ?? failure.type;
    const headers = { ...jsonHeaders, ...failure.headers };
    return this.#ended(record, { status: failure.status, headers, body: errorBody(failure) }, error ?? failure);
  }

  /** The end of a request that has no stream. */
  #ended(record: ExchangeRecord, reply: Reply, error?: unknown): Reply {
    if (record.status === 0) record.status = reply.status;
    this.#settled(record, error);
    return withHeaders(reply, record.headers);
  }

  /** What requests without a body ask for. */
  get #shown(): Shown {
    const metrics = this.#metrics;
    return {
      models: this.#models,
      responses: this.#responses,
      metricsText: metrics && (() => metrics.text(this.#inFlight.count)),
    };
  }

  /** Each request is told once: to the log, to its span, to the counters. */
  #settled(record: ExchangeRecord, error?: unknown): void {
    const nowMs = this.clock.now();
    const { route, modelId: model, status, usage, span } = record;
    this.log(record.entry(nowMs));
    this.#metrics?.count({ route, model, status, durationMs: record.durationMs(nowMs), usage });
    const { inputTokens, outputTokens } = usage ?? {};
    describeSpan(span, { status, model, inputTokens, outputTokens });
    endSpan(span, error);
  }

  #catalogOf(target: ServeTarget): ModelCatalog {
    const { grants = () => true, limits = {} } = this.#options;
    return new ModelCatalog(target, this.#startedSeconds, grants, limits.modelOptions ?? {});
  }
}

function withHeaders(reply: Reply, headers: Reply['headers']): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
