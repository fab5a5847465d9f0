import { customTracer, isTakoError, type Span, type Tracer } from '@tako/core';

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
      const say = (what: string, about: object, durationMs?: number, error?: string): void => {
        const level = error === undefined ? filter.levelOf(kind) : 'error';
        const line = { time: new Date().toISOString(), level, kind, name: what, durationMs, error, attributes: about };
        const { traceId, spanId, depth } = own;
        const text = json
          ? JSON.stringify({ ...line, traceId, spanId, parentId: above?.spanId })
          : readable(line, depth);
        write(`${text}\n`);
      };
      const span: Span = {
        kind,
        set(more) {
          Object.assign(told, toOtelAttributes(kind, more));
        },
        event(event, about = {}) {
          if (event === 'first_chunk') told['tako.time_to_first_chunk_ms'] = Date.now() - startedMs;
          else if (isWanted && !isOver) say(`${name}: ${event}`, toOtelAttributes(kind, about));
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

interface Line {
  readonly time: string;
  readonly level: string;
  readonly name: string;
  readonly durationMs: number | undefined;
  readonly error: string | undefined;
  readonly attributes: object;
}

function readable({ time, level, name, durationMs, error, attributes }: Line, depth: number): string {
  const took = durationMs === undefined ? '' : ` ${durationMs} ms`;
  const failed = error === undefined ? '' : ` failed: ${error}`;
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}=${shown(value)}`);
  return clean(
    `${time} ${level.toUpperCase().padEnd(5)} ${'  '.repeat(depth)}${name}${took}${failed}${pairs.join('')}`,
  );
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
