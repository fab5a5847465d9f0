import { context as contexts, SpanStatusCode, type Context, type Span as ApiSpan } from '@opentelemetry/api';
import {
  isTakoError,
  type Attributes,
  type Span,
  type SpanContent,
  type SpanKind,
  type TraceContext,
} from '@tako/core';

import type { Instruments } from './instruments.js';
import type { LabelNames, LabelSets } from './label-sets.js';
import { measure } from './measure.js';
import { toContent, type ContentRules } from './to-content.js';
import { toOtelAttributes } from './to-otel-attributes.js';
import { toTraceContext } from './trace-context.js';

/** What all spans of a tracer share. */
export interface SpanSurroundings {
  /** Absent where content is not told. */
  readonly content: ContentRules | undefined;
  readonly labels: LabelSets;
  readonly instruments: () => Instruments;
}

/** What a span begins with. */
export interface SpanBeginning {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** Absent for a kind that is not wanted: it is measured only. */
  readonly span: ApiSpan | undefined;
  /** What runs inside has this one. */
  readonly context: Context;
}

/** Where content of a span goes. Source: as in `to-otel-attributes.ts`. */
const contentNames: { readonly [Field in SpanContent]: string } = {
  input: 'gen_ai.input.messages',
  output: 'gen_ai.output.messages',
  arguments: 'gen_ai.tool.call.arguments',
  result: 'gen_ai.tool.call.result',
  reason: 'tako.reason',
  task: 'tako.task',
};

const ofProviders: LabelNames = { names: ['tako.provider_id'] };

/** A span of core's in front of one of OpenTelemetry's. */
export class OtelSpan implements Span {
  readonly kind: SpanKind;
  readonly content: Span['content'];
  readonly #span: ApiSpan | undefined;
  readonly #context: Context;
  readonly #around: SpanSurroundings;
  readonly #startedMs = performance.now();
  /** What metrics go by. */
  readonly #attributes: { [name: string]: Attributes[string] };
  #responseModel: string | undefined;
  #firstChunkMs: number | undefined;
  #isOver = false;

  constructor({ kind, attributes, span, context }: SpanBeginning, around: SpanSurroundings) {
    this.kind = kind;
    this.#span = span;
    this.#context = context;
    this.#around = around;
    this.#attributes = { ...attributes };
    const { content } = around;
    if (content === undefined || span?.isRecording() !== true) return;
    this.content = (name, value) => {
      if (!this.#isOver) span.setAttribute(contentNames[name], toContent(name, value, content));
    };
  }

  /** What runs inside of a span; `undefined` for a span that is no such one. */
  static contextOf(span: Span): Context | undefined {
    return #context in span ? span.#context : undefined;
  }

  set(attributes: Attributes): void {
    if (this.#isOver) return;
    // What a span is started with is the model that was asked for; this one answered.
    for (const name in attributes) if (name !== 'model') this.#attributes[name] = attributes[name];
    if (typeof attributes['model'] === 'string') this.#responseModel = attributes['model'];
    this.#span?.setAttributes(toOtelAttributes(this.kind, attributes));
  }

  event(name: string, attributes: Attributes = {}): void {
    if (this.#isOver) return;
    if (name === 'first_chunk') {
      if (this.#attributes['stream'] === false) return; // there are no others: it is the whole answer
      this.#firstChunkMs = performance.now() - this.#startedMs;
      this.#span?.setAttribute('gen_ai.response.time_to_first_chunk', this.#firstChunkMs / 1_000);
      return;
    }
    const { instruments, labels } = this.#around;
    const counter =
      name === 'attempt' ? instruments().retries : name === 'circuit_open' ? instruments().circuitOpenings : undefined;
    counter?.add(1, labels.of(ofProviders, attributes['providerId']));
    this.#span?.addEvent(`tako.${name}`, toOtelAttributes(this.kind, attributes));
  }

  end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isToolError = this.#attributes['isError'] === true;
    const errorType = error === undefined ? (isToolError ? 'tool_error' : undefined) : typeOf(error);
    if (errorType !== undefined && this.#span !== undefined) {
      this.#span.setAttribute('error.type', errorType);
      // Our own messages hold no prompt and no key; nobody has looked at a foreign one.
      this.#span.setStatus({ code: SpanStatusCode.ERROR, ...(isTakoError(error) && { message: error.message }) });
    }
    this.#span?.end();
    measure(this.#around.instruments(), this.#around.labels, {
      kind: this.kind,
      attributes: this.#attributes,
      responseModel: this.#responseModel,
      errorType,
      durationMs: performance.now() - this.#startedMs,
      firstChunkMs: this.#firstChunkMs,
    });
  }

  run<T>(work: () => T): T {
    return contexts.with(this.#context, work);
  }

  traceContext(): TraceContext | undefined {
    return this.#span === undefined ? undefined : toTraceContext(this.#span.spanContext());
  }
}

/** A name for a failure out of few: ours by its code, a foreign one by its class. */
function typeOf(error: unknown): string {
  if (isTakoError(error)) return error.code;
  return error instanceof Error ? error.name.slice(0, 64) : '_OTHER';
}
