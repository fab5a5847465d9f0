import { AsyncLocalStorage } from 'node:async_hooks';

import { customTracer, type Attributes, type Span, type SpanKind, type Tracer } from '@tako/core';

/** A span as it was told. */
export interface NotedSpan {
  readonly kind: SpanKind;
  readonly name: string;
  readonly parent: NotedSpan | undefined;
  readonly attributes: Record<string, unknown>;
  /** Names of its events, in order. */
  readonly events: string[];
  /** The same events with what they came with. */
  readonly eventAttributes: (readonly [name: string, attributes: Attributes])[];
  readonly content: Record<string, unknown>;
  /** How often it was ended. */
  ends: number;
  /** What it was ended with at first. */
  error: unknown;
}

/**
 * A tracer that writes down what it hears, for tests: `run(input, { tracer: book.tracer })`, then look at `book.tree()`.
 *
 * ```ts
 * const book = new SpanBook();
 * await agent.run('Q', { tracer: book.tracer });
 * expect(book.open).toEqual([]);
 * ```
 */
export class SpanBook {
  readonly tracer: Tracer;
  readonly spans: NotedSpan[] = [];
  readonly #ambient = new AsyncLocalStorage<NotedSpan>();

  constructor() {
    const noted = new WeakMap<Span, NotedSpan>();
    this.tracer = customTracer({
      start: (kind, name, attributes, parent) => {
        const own: NotedSpan = {
          kind,
          name,
          parent: parent === undefined ? this.ambient : noted.get(parent),
          attributes: { ...attributes },
          events: [],
          eventAttributes: [],
          content: {},
          ends: 0,
          error: undefined,
        };
        const span: Span = {
          kind,
          set: (more: Attributes) => void Object.assign(own.attributes, more),
          event: (event, about = {}) => {
            own.events.push(event);
            own.eventAttributes.push([event, about]);
          },
          content: (field, value) => void (own.content[field] = value),
          end: (error) => {
            if (own.ends++ === 0) own.error = error;
          },
          run: (work) => this.#ambient.run(own, work),
        };
        this.spans.push(own);
        noted.set(span, own);
        return span;
      },
    });
  }

  /** The span that whoever asks is in. */
  get ambient(): NotedSpan | undefined {
    return this.#ambient.getStore();
  }

  /** Spans that were not ended. */
  get open(): readonly NotedSpan[] {
    return this.spans.filter(({ ends }) => ends === 0);
  }

  /** All of them as lines `kind name`, each below its parent. */
  tree(): string[] {
    const below = (parent: NotedSpan | undefined, depth: number): string[] =>
      this.spans
        .filter((span) => span.parent === parent)
        .flatMap((span) => [`${'  '.repeat(depth)}${span.kind} ${span.name}`, ...below(span, depth + 1)]);
    return below(undefined, 0);
  }

  /** The one span of a kind, and of a name where that is given. @throws where there is none, or several */
  only(kind: SpanKind, name?: string): NotedSpan {
    const [one, ...others] = this.spans.filter(
      (span) => span.kind === kind && (name === undefined || span.name === name),
    );
    if (one === undefined || others.length > 0) throw new Error(`there is not one ${kind} ${name ?? ''}`);
    return one;
  }
}
