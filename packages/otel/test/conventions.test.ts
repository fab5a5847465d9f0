import { readFileSync } from 'node:fs';

import { createNoopMeter, type Meter, type MetricOptions } from '@opentelemetry/api';
import { user } from '@tako/core';
import { expect, test } from 'vitest';

import { observeBudget } from '../src/index.js';
import { instruments } from '../src/instruments.js';
import { recorded } from './recorded.js';

const page = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');

/** The rows of the table that begins with this column, without their back quotes. */
function rowsOf(column: string): string[][] {
  const lines = page.slice(page.indexOf(`| ${column} |`)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** `0.01 doubled to 81.92`, `1 times 4 to 64`, or the numbers themselves. */
function boundariesOf(words: string): readonly number[] | undefined {
  if (words === '') return undefined;
  const [, first, by, last] = /^([\d.]+) (doubled|times 4) to ([\d.]+)$/.exec(words) ?? [];
  if (first === undefined) return words.split(', ').map(Number);
  const factor = by === 'doubled' ? 2 : 4;
  const boundaries: number[] = [];
  for (let next = Number(first); next <= Number(last) * 1.001; next *= factor) boundaries.push(Number(next.toFixed(2)));
  return boundaries;
}

test('the instruments are those of the page, with their units and boundaries', () => {
  const made: (readonly [string, string, string | undefined, readonly number[] | undefined])[] = [];
  const noting =
    <Args extends readonly unknown[], Made>(instrument: string, make: (name: string, ...rest: Args) => Made) =>
    (name: string, ...rest: Args): Made => {
      const [options] = rest as readonly (MetricOptions | undefined)[]; // what all of them take
      made.push([name, instrument, options?.unit, options?.advice?.explicitBucketBoundaries]);
      return make(name, ...rest);
    };
  const noop = createNoopMeter();
  const meter: Meter = Object.assign(Object.create(noop) as Meter, {
    createHistogram: noting('histogram', noop.createHistogram.bind(noop)),
    createCounter: noting('counter', noop.createCounter.bind(noop)),
    createObservableGauge: noting('gauge', noop.createObservableGauge.bind(noop)),
  });
  instruments(meter);
  const read = () => ({ spentUsd: 0, reservedUsd: 0, spentTokens: 0, reservedTokens: 0 });
  observeBudget({ name: 'x', read, meterProvider: { getMeter: () => meter } });
  const told = rowsOf('Metric').map(([name, instrument, unit, words = '']) => [
    name,
    instrument,
    unit,
    boundariesOf(words),
  ]);
  expect(made.toSorted(byName)).toEqual(told.toSorted(byName));
});

test('the attributes of the conventions are those of the page, with their types', () => {
  const { tracer, spans } = recorded({ captureContent: true });
  const usage = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 1, cacheWriteTokens: 1, reasoningTokens: 1 };
  const asked = {
    temperature: 0.5,
    topP: 0.5,
    maxOutputTokens: 9,
    seed: 7,
    reasoningEffort: 'low',
    outputType: 'json',
    stream: true,
  };
  const call = tracer.start('model_call', 'chat m', { vendor: 'openai', model: 'm', providerId: 'openai:m', ...asked });
  call.content?.('input', [user('Q')]);
  call.content?.('output', [{ type: 'text', text: 'A' }]);
  call.event('first_chunk');
  call.set({ ...usage, requestId: 'r', model: 'm-2026', finishReason: 'stop' });
  call.end();
  const tool = tracer.start('tool', 'look', { tool: 'look', toolCallId: 'c' });
  tool.content?.('arguments', {});
  tool.content?.('result', 'seen');
  tool.set({ isError: true });
  tool.end();
  tracer.start('mcp_call', 'tools/call look', { method: 'tools/call', tool: 'look', toolCallId: 'c' }).end();
  for (const kind of ['single_agent', 'conductor']) tracer.start('run', kind, { kind }).end();

  const told = new Map<string, unknown>();
  for (const { attributes } of spans()) for (const [name, value] of Object.entries(attributes)) told.set(name, value);
  const conventional = [...told].filter(([name]) => !name.startsWith('tako.'));
  const rows = rowsOf('Attribute');
  expect(conventional.map(([name]) => name).toSorted()).toEqual(rows.map(([name = '']) => name).toSorted());
  const types = new Map(rows.map(([name, type]) => [name, type]));
  for (const [name, value] of conventional)
    expect(`${name}: ${typeOf(value, types.get(name))}`).toBe(`${name}: ${types.get(name)}`);
});

function typeOf(value: unknown, expected: string | undefined): string {
  if (Array.isArray(value)) return `${typeof value[0]}[]`;
  if (typeof value !== 'number') return typeof value;
  return Number.isInteger(value) && expected !== 'double' ? 'int' : 'double';
}

function byName([one]: readonly unknown[], [other]: readonly unknown[]): number {
  return String(one).localeCompare(String(other));
}
