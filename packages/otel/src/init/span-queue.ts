import { context, createContextKey, diag, ROOT_CONTEXT, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

import type { OtlpSender } from './otlp-sender.js';
import { ProtoWriter } from './proto-writer.js';
import { writeRequest, writeSpan } from './write-span.js';

/** Spans of one request, and its bytes: a collector that speaks gRPC takes 4 MiB by default. */
const mostSpans = 512;
const mostBytes = 1_048_576;
/** Longest that a span waits for others, in milliseconds. */
const delayMs = 5_000;
/** Tries of one request, and the first pause between two, in milliseconds; each further one is half as long again. */
const tries = 5;
const firstPauseMs = 1_000;

/** Under this key HTTP instrumentations find that they are to say nothing: else each request with spans would make new ones. */
const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** What `SpanQueue` takes. */
export interface SpanQueueOptions {
  readonly send: OtlpSender['traces'];
  readonly resource: Resource;
  /** Spans that wait; further ones are dropped. */
  readonly maxSpans: number;
}

interface Request {
  readonly body: Uint8Array;
  readonly spans: number;
}

/**
 * Sends spans in batches, one request at a time. A span is written as it ends: what waits is bytes, which cost the garbage
 * collector nothing, and no object that the run has made is kept. A collector that wants it later is tried again; meanwhile
 * spans wait, and beyond `maxSpans` they are dropped.
 */
export class SpanQueue implements SpanProcessor {
  readonly #options: SpanQueueOptions;
  readonly #scopes = new Map<ReadableSpan['instrumentationScope'], ProtoWriter>();
  /** In `#scopes`: spans, and their bytes. */
  #open = 0;
  #openBytes = 0;
  #requests: Request[] = [];
  #waiting = 0;
  #dropped = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#isClosed || (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#waiting >= this.#options.maxSpans) {
      this.#dropped++;
      return;
    }
    let writer = this.#scopes.get(span.instrumentationScope);
    if (writer === undefined) this.#scopes.set(span.instrumentationScope, (writer = new ProtoWriter(65_536)));
    const before = writer.length;
    writeSpan(writer, span);
    this.#openBytes += writer.length - before;
    this.#open++;
    this.#waiting++;
    if (this.#open >= Math.min(mostSpans, this.#options.maxSpans) || this.#openBytes >= mostBytes) this.#flush();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#flush();
      }, delayMs);
      this.#timer.unref();
    }
  }

  async forceFlush(): Promise<void> {
    this.#flush();
    await this.#sending;
  }

  async shutdown(): Promise<void> {
    this.#isClosed = true;
    await this.forceFlush();
  }

  /** Makes a request of what is open. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#open > 0) {
      const request = new ProtoWriter(this.#openBytes + 1_024);
      writeRequest(request, this.#options.resource, this.#written());
      this.#requests.push({ body: request.written(), spans: this.#open });
      for (const writer of this.#scopes.values()) writer.clear();
      this.#open = this.#openBytes = 0;
    }
    // Outside of the span that has just ended.
    this.#sending ??= context.with(ROOT_CONTEXT.setValue(suppressed, true), () => this.#sendAll());
  }

  *#written(): Generator<readonly [ReadableSpan['instrumentationScope'], Uint8Array]> {
    for (const [scope, writer] of this.#scopes) if (writer.length > 0) yield [scope, writer.written()];
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#requests.shift(); next !== undefined; next = this.#requests.shift()) {
      await this.#send(next.body);
      this.#waiting -= next.spans;
      if (this.#dropped > 0) diag.warn(`tako: dropped ${this.#dropped} spans, since too many were waiting to be sent`);
      this.#dropped = 0;
    }
    this.#sending = undefined;
  }

  async #send(body: Uint8Array): Promise<void> {
    for (let attempt = 1, pauseMs = firstPauseMs; ; attempt++, pauseMs *= 1.5) {
      const sent = await this.#options.send(body);
      if (sent.outcome === 'taken') return;
      if (sent.outcome === 'refused' || attempt >= tries || this.#isClosed) {
        diag.error(`tako: the collector did not take spans: ${sent.reason}`);
        return;
      }
      const waitMs = sent.afterMs ?? pauseMs * (0.8 + 0.4 * Math.random());
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, 30_000)).unref());
    }
  }
}
