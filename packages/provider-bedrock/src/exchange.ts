import type { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { Clock } from '@tako/core';
import {
  isTakoError,
  malformedAnswer,
  readText,
  transportError,
  type ChatRequest,
  type OpenedCall,
} from '@tako/core/provider';

import { boundedFrames } from './bounded-frames.js';
import { Carried } from './carried.js';
import { bedrockError, namedOf, readFailure, setupError, statusOf } from './errors.js';
import { joined } from './joined.js';

/** How long the end of a body may take once there is nothing more of interest in it, in milliseconds. */
const graceMs = 50;

/** The longest answer that is read in one piece, in bytes. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** What an exchange is about. */
export interface ExchangeOptions {
  /** A provider's id, for errors. */
  readonly source: string;
  readonly request: ChatRequest;
  readonly clock: Clock;
  readonly opened: OpenedCall;
  readonly streamed: boolean;
  /** Laid over the headers of the signed request. */
  readonly headers: { readonly [name: string]: string };
}

/**
 * One request and its answer at the level of HTTP, where the SDK hides what we promise: when the headers are there, whether
 * the body is what was asked for, what exactly a failure said.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  #secrets: readonly string[] = [];
  #headers: Headers = {};
  #body: AsyncIterator<Uint8Array> | undefined;
  #isSent = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** For the SDK: aborts with the call's, and when the end of a body does not come in time. */
  get signal(): AbortSignal {
    return this.#options.opened.signal;
  }

  /** The id of the request, as soon as there is an answer. */
  get requestId(): string | undefined {
    return this.#headers['x-amzn-requestid'];
  }

  /** Puts itself between the command and whatever sends it, and turns the SDK's retries off, in a ready client too. */
  attach(command: ConverseCommand | ConverseStreamCommand): void {
    // The two commands have one stack, of two types.
    const { middlewareStack } = command as ConverseStreamCommand;
    middlewareStack.add((next) => next, {
      name: 'retryMiddleware',
      step: 'finalizeRequest',
      priority: 'high',
      override: true,
    });
    middlewareStack.add(
      (next) => async (args) => {
        this.#beforeSend(args.request);
        const sent = await next(args).catch((error: unknown) => {
          throw new Carried(() => transportError(error, this.#options.source));
        });
        await this.#afterHeaders(sent.response);
        return sent;
      },
      { name: 'takoExchange', step: 'deserialize', priority: 'low' },
    );
  }

  /** Reads what is left of a body whose last frame is there, so that its connection can be used again. It never throws. */
  async readRest(): Promise<void> {
    const body = this.#body;
    if (body === undefined) return;
    const callOff = this.#options.clock.after(graceMs, this.#options.opened.hangUp);
    try {
      while ((await body.next()).done !== true);
    } catch {
      // the answer is whole already: how its connection ends is nobody's concern
    }
    callOff();
  }

  /** Turns what the SDK threw into ours. Its own text shows nowhere: it may quote the body. */
  toError(thrown: unknown): Error {
    const { source, request, clock } = this.#options;
    if (thrown instanceof Carried) return thrown.error;
    if (isTakoError(thrown)) return thrown;
    const { name, message } = namedOf(thrown);
    if (!this.#isSent) return setupError(thrown, source);
    if (programming.has(name)) {
      return malformedAnswer(source, 'sent an answer that cannot be read');
    }
    return bedrockError({
      source,
      status: statusOf(name),
      headers: this.#headers,
      type: name,
      message: message.replace(/\n {2}Deserialization error: [^]*$/, ''), // the SDK's advice to its users
      request,
      secrets: this.#secrets,
      nowMs: clock.now(),
    });
  }

  #beforeSend(request: unknown): void {
    const { headers } = request as { headers: { [name: string]: string } }; // the SDK's HttpRequest
    for (const [name, value] of Object.entries(this.#options.headers)) {
      for (const known of Object.keys(headers)) if (known.toLowerCase() === name) delete headers[known];
      headers[name] = value;
    }
    this.#secrets = Object.entries(headers)
      .filter(([name]) => /^(authorization|x-amz-security-token)$/i.test(name))
      .flatMap(([, value]) => [value, value.replace(/^Bearer /, '')]);
    this.#isSent = true;
  }

  async #afterHeaders(response: unknown): Promise<void> {
    const { source, request, clock, opened, streamed } = this.#options;
    // The SDK's HttpResponse; in Node every body is async iterable.
    const answer = response as { statusCode: number; headers: Headers; body: AsyncIterable<Uint8Array> };
    const { statusCode: status } = answer;
    this.#headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    opened.connected(this.#headers);
    if (status < 200 || status > 299) {
      const { type, message } = readFailure(this.#headers, await readText(answer.body));
      const failed = { source, status, headers: this.#headers, type, message, request, secrets: this.#secrets };
      const nowMs = clock.now();
      throw new Carried(
        (isSkewed) => bedrockError({ ...failed, nowMs, retryable: isSkewed ? true : undefined }),
        answer,
      );
    }
    // The SDK takes bytes for a body as well.
    answer.body = streamed ? this.#watched(answer.body) : ((await this.#wholeBody(answer.body)) as never);
  }

  async #wholeBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const { source } = this.#options;
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const piece of body) {
        length += piece.length;
        if (length > maxAnswerBytes) {
          throw malformedAnswer(source, 'the answer is too long');
        }
        pieces.push(piece);
      }
    } catch (error) {
      throw new Carried(() => transportError(error, source));
    }
    return joined(pieces);
  }

  /** The body, with errors that the SDK leaves alone. */
  #watched(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const { source } = this.#options;
    const frames = boundedFrames(body, source);
    const reader: AsyncIterator<Uint8Array> = {
      next: () =>
        frames.next().catch((error: unknown) => {
          throw new Carried(() => transportError(error, source));
        }),
    };
    this.#body = reader;
    return { [Symbol.asyncIterator]: () => reader };
  }
}

type Headers = { readonly [name: string]: string };

/** Names of errors that say nothing about the vendor: the SDK could not read what came. */
const programming: ReadonlySet<string> = new Set(['Error', 'SyntaxError', 'TypeError', 'RangeError', '']);
