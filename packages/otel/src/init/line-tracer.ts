import { customTracer, isTakoError, type Attributes, type Span, type Tracer } from '@tako/core';

import { toOtelAttributes, startAttributes } from '../to-otel-attributes.js';
import type { SpanFilter } from './span-filter.js';

/** How lines are written. */
export interface LineOptions {
  readonly filter: SpanFilter;
  readonly json: boolean;
  /** Takes a whole line, its end included. */
  readonly write: (line: string) => void;
}

/** Where a span stands among those of its trace. */
interface Lineage {
  readonly traceId: string;
  readonly spanId: string;
  readonly depth: number;
}

/** A tracer that writes a line for each span when it ends, and for each event at once: readable, or as JSON. */
export function lineTracer({ filter, json, write }: LineOptions): Tracer {
  const lineages = new WeakMap<Span, Lineage>();
  return customTracer({
    start(kind, name, attributes = {}, parent) {
      const above = parent === undefined ? undefined : lineages.get(parent);
      const isWanted = filter.isWanted(kind);
      const own: Lineage =
        isWanted || above === undefined
          ? { traceId: above?.traceId ?? hex(16), spanId: hex(8), depth: (above?.depth ?? -1) + 1 }
          : above;
      const startedMs = Date.now();
      const told = { ...startAttributes(kind, attributes) };
      let isOver = false;
      const say = (what: string, about: Attributes | object, durationMs?: number, error?: string): void => {
        const level = error === undefined ? filter.levelOf(kind) : 'error';
        const time = new Date().toISOString();
        if (json) {
          const { traceId, spanId } = own;
          const place = { traceId, spanId, parentId: above?.spanId };
          write(
            `${JSON.stringify({ time, level, kind, name: what, ...place, durationMs, error, attributes: about })}\n`,
          );
          return;
        }
        const pairs = Object.entries(about).map(([key, value]) => `${key}=${shown(value)}`);
        const took = durationMs === undefined ? '' : ` ${durationMs} ms`;
        const failed = error === undefined ? '' : ` failed: ${error}`;
        const indent = '  '.repeat(own.depth);
        write(
          `${time} ${level.toUpperCase().padEnd(5)} ${indent}${clean(what)}${took}${failed} ${pairs.join(' ')}`.trimEnd() +
            '\n',
        );
      };
      const span: Span = {
        kind,
        set(more) {
          Object.assign(told, toOtelAttributes(kind, more));
        },
        event(event, about = {}) {
          if (isWanted && !isOver) say(`${name}: ${event}`, toOtelAttributes(kind, about));
        },
        end(error) {
          if (isWanted && !isOver) say(name, told, Date.now() - startedMs, errorText(error));
          isOver = true;
        },
        run: (work) => work(),
      };
      lineages.set(span, own);
      return span;
    },
  });
}

function errorText(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  if (isTakoError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.name : 'a value was thrown'; // a foreign message may hold anything
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return /^[\w.:/@-]+$/.test(text) ? text : JSON.stringify(text);
}

/** Without what a terminal would obey: names come from models and servers. */
function clean(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
}

function hex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
