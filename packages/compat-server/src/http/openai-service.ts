import { call as callOf, invalidOptions, isTakoError, systemClock, type Clock, type Principal } from '@tako/core';
import { redact } from '@tako/core/provider';

import { readJson, type JsonLimits } from '../body/read-json.js';
import { chatCompletions } from '../chat/chat-completions.js';
import { errorBody, modelNotFound, Refusal, refused, type Failure } from '../errors/failure.js';
import { authFailure, targetFailure } from '../errors/to-failure.js';
import { ModelCatalog } from '../models/model-catalog.js';
import type { ServeTarget } from '../models/servable.js';
import { createResponse } from '../responses/create-response.js';
import { StoredResponses } from '../responses/stored-responses.js';
import { MemoryStateStore } from '../state/memory-state-store.js';
import { PausedRuns } from '../state/paused-runs.js';
import { credentialsOf } from './credentials.js';
import { ExchangeRecord } from './exchange-record.js';
import { onlyHeader, type ReadBody, type Reply, type RequestHead } from './exchange.js';
import { jsonHeaders } from './headers.js';
import type { LogEntry } from './log-entry.js';
import type { ModelDoor } from './model-door.js';
import { requestIdOf } from './request-id.js';
import { routeOf, type Route } from './routes.js';
import { nobody, type OpenAIServiceOptions } from './server-options.js';

/** A request whose sender is known. Its body is not read yet. */
export interface OpenedRequest {
  /** Reads the body where there is one, and answers. It never throws. */
  readonly answer: (readBody: ReadBody) => Promise<Reply>;
  /** Answers with a failure that came up on the way. */
  readonly refuse: (failure: Failure) => Reply;
}

/** The server without its sockets: from a request that is not read yet to a reply. All forms of the server are faces of it. */
export class OpenAIService {
  readonly keepAliveMs: number;
  readonly writeTimeoutMs: number;
  readonly clock: Clock;
  readonly log: (entry: LogEntry) => void;
  readonly #options: OpenAIServiceOptions;
  readonly #models: ModelCatalog;
  readonly #jsonLimits: JsonLimits;
  readonly #maxBodyBytes: number;
  readonly #paused: PausedRuns;
  readonly #responses: StoredResponses;

  /** @throws `invalid` for options that cannot work. */
  constructor(target: ServeTarget, options: OpenAIServiceOptions) {
    const { limits = {}, clock = systemClock(globalThis), grants = () => true, keepAliveMs = 15_000 } = options;
    const { responseTtlMs = 86_400_000 } = options;
    const { maxBodyBytes = 10 * 1024 * 1024, maxDepth = 64, maxKeys = 50_000, maxItems = 200_000 } = limits;
    const { writeTimeoutMs = 60_000 } = limits;
    const counts = { maxBodyBytes, maxDepth, maxKeys, maxItems, keepAliveMs, writeTimeoutMs };
    for (const [name, value] of Object.entries(counts)) {
      if (!(value >= 1)) throw invalidOptions('serveOpenAI', `${name} must be at least 1, got ${value}`);
    }
    this.#options = options;
    this.clock = clock;
    this.keepAliveMs = keepAliveMs;
    this.writeTimeoutMs = writeTimeoutMs;
    this.log = options.logger ?? (() => undefined);
    this.#jsonLimits = { maxDepth, maxKeys, maxItems };
    this.#maxBodyBytes = maxBodyBytes;
    const store = options.store ?? new MemoryStateStore({ clock });
    this.#paused = new PausedRuns(store);
    this.#responses = new StoredResponses(store, responseTtlMs);
    this.#models = new ModelCatalog(target, Math.floor(clock.now() / 1000), grants, limits.modelOptions ?? {});
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
    if (route.name === 'health') return this.#ended(record, json('{"status":"ok"}'));
    if (route.name === 'ready') return this.#ended(record, json('{"status":"ready"}'));
    const refuse = (failure: Failure): Reply => this.#refused(record, failure);
    let principal: Principal;
    try {
      principal = await this.#identify(head);
    } catch (error) {
      noteDetail(record, error);
      return refuse(authFailure(error));
    }
    record.principal = principal;
    return {
      refuse,
      answer: async (readBody) => {
        try {
          return await this.#answer(route, head, record, principal, readBody);
        } catch (error) {
          noteDetail(record, error);
          if (head.signal.aborted) record.status = 499;
          return refuse(targetFailure(error));
        }
      },
    };
  }

  async #identify(head: RequestHead): Promise<Principal> {
    const { auth } = this.#options;
    return auth === undefined ? nobody : await auth.authenticate(credentialsOf(head), { signal: head.signal });
  }

  async #answer(
    route: Route,
    head: RequestHead,
    record: ExchangeRecord,
    principal: Principal,
    readBody: ReadBody,
  ): Promise<Reply> {
    switch (route.name) {
      case 'chat':
      case 'create_response': {
        const body = await this.#readBody(head, readBody);
        const door = this.#door(head, record, principal);
        return this.#withId(record, await (route.name === 'chat' ? chatCompletions : createResponse)(body, door));
      }
      case 'response': {
        const found = await this.#responses.find(principal, route.id);
        if (found === undefined) return this.#refused(record, responseNotFound());
        return this.#ended(record, json(JSON.stringify(found.response)));
      }
      case 'delete_response': {
        if (!(await this.#responses.delete(principal, route.id))) return this.#refused(record, responseNotFound());
        return this.#ended(record, json(JSON.stringify({ id: route.id, object: 'response', deleted: true })));
      }
      case 'models':
        return this.#ended(record, json(JSON.stringify({ object: 'list', data: this.#models.list(principal) })));
      case 'model': {
        const model = this.#models.get(principal, route.id);
        return model === undefined
          ? this.#refused(record, modelNotFound())
          : this.#ended(record, json(JSON.stringify(model)));
      }
      case 'wrong_method':
        return this.#refused(
          record,
          refused(405, 'method_not_allowed', `Use ${route.allow} here.`, { headers: { allow: route.allow } }),
        );
      case 'unreadable':
        return this.#refused(record, refused(400, 'invalid_url', 'The path is not valid percent-encoding.'));
      case 'unknown':
      case 'health':
      case 'ready':
        return this.#refused(record, refused(404, 'unknown_url', 'There is nothing at this path.'));
    }
  }

  async #readBody(head: RequestHead, readBody: ReadBody): Promise<unknown> {
    const type = onlyHeader(head, 'content-type') ?? '';
    if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type)) {
      throw new Refusal(refused(415, 'unsupported_media_type', 'Send the body as application/json in UTF-8.'));
    }
    if (onlyHeader(head, 'content-encoding') !== undefined) {
      throw new Refusal(refused(415, 'unsupported_encoding', 'Send the body uncompressed.'));
    }
    const tooLarge = refused(413, 'body_too_large', `A body has at most ${this.#maxBodyBytes} bytes.`, {
      headers: { connection: 'close' },
    });
    if (Number(onlyHeader(head, 'content-length') ?? 0) > this.#maxBodyBytes) throw new Refusal(tooLarge);
    const bytes = await readBody(this.#maxBodyBytes, head.signal);
    if (bytes === undefined) throw new Refusal(tooLarge);
    const read = readJson(bytes, this.#jsonLimits);
    if ('failure' in read) throw new Refusal(read.failure);
    return read.value;
  }

  #door(head: RequestHead, record: ExchangeRecord, principal: Principal): ModelDoor {
    return {
      find: (model) => {
        const found = this.#models.find(principal, model);
        if ('failure' in found) throw new Refusal(found.failure);
        record.model = model;
        return found.target;
      },
      call: () => callOf({ signal: head.signal, principal, tracer: this.#options.tracer }),
      principal,
      paused: this.#paused,
      responses: this.#responses,
      takoEvents: onlyHeader(head, 'x-tako-events') === '1',
      keepAliveMs: this.keepAliveMs,
      clock: this.clock,
      onUsage: (usage) => {
        record.usage = usage;
      },
      onEnd: (error) => {
        record.status = head.signal.aborted ? 499 : 200;
        if (error !== undefined) {
          noteDetail(record, error);
          record.error = targetFailure(error).code ?? 'error';
        }
        this.log(record.entry(this.clock.now()));
      },
    };
  }

  #refused(record: ExchangeRecord, failure: Failure): Reply {
    record.error = failure.code ?? failure.type;
    return this.#ended(record, {
      status: failure.status,
      headers: { ...jsonHeaders, ...failure.headers },
      body: errorBody(failure),
    });
  }

  /** The end of a request that has no stream: one entry in the log. */
  #ended(record: ExchangeRecord, reply: Reply): Reply {
    if (record.status === 0) record.status = reply.status;
    this.log(record.entry(this.clock.now()));
    return this.#withId(record, reply);
  }

  #withId(record: ExchangeRecord, reply: Reply): Reply {
    return { ...reply, headers: { ...reply.headers, 'x-request-id': record.requestId } };
  }
}

function responseNotFound(): Failure {
  return refused(404, 'response_not_found', 'The response does not exist, or is not kept any more.');
}

function json(body: string): Reply {
  return { status: 200, headers: jsonHeaders, body };
}

/** What the client is not told, the operator is. */
function noteDetail(record: ExchangeRecord, error: unknown): void {
  if (error instanceof Refusal) return; // the client is told all of it
  if (isTakoError(error)) {
    record.detail = redact(error.message, []);
    record.usage ??= error.partial?.usage;
  } else record.detail = error instanceof Error ? redact(`${error.name}: ${error.message}`, []) : 'no error was thrown';
}
