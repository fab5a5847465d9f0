import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { expect, onTestFinished, test } from 'vitest';

import { instruments, type InstrumentMaker } from '../instruments.js';
import { LabelLimit } from '../label-limit.js';
import { LabelSets } from '../label-sets.js';
import { measure, type Finished } from '../measure.js';
import { Tally } from './tally.js';

/** What a reader gets: of the SDK's own instruments, or of a tally. */
function reading(way: 'sdk' | 'tally') {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const resource = resourceFromAttributes({});
  const tally = new Tally('scope', resource);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 3_600_000,
    metricProducers: way === 'tally' ? [tally] : [],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  onTestFinished(() => provider.shutdown());
  const maker: InstrumentMaker = way === 'tally' ? tally : provider.getMeter('scope');
  return {
    maker,
    async read() {
      await provider.forceFlush();
      return exporter.getMetrics().map(timeless);
    },
  };
}

/** Without what differs between two measurements of the same: when it was. */
function timeless({ scopeMetrics }: ResourceMetrics): unknown {
  return scopeMetrics.map(({ scope: { name }, metrics }) => ({
    name,
    metrics: metrics.map(({ descriptor, dataPoints, ...about }) => ({
      ...about,
      name: descriptor.name,
      unit: descriptor.unit,
      description: descriptor.description,
      valueType: descriptor.valueType,
      dataPoints: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    })),
  }));
}

const ended = { responseModel: undefined, errorType: undefined, durationMs: 12, firstChunkMs: undefined };
const calls: readonly Finished[] = [
  { ...ended, kind: 'run', attributes: { kind: 'single_agent' } },
  { ...ended, kind: 'tool', attributes: { tool: 'look' }, errorType: 'timeout', durationMs: 1e6 },
  { ...ended, kind: 'mcp_call', attributes: { method: 'tools/list' }, durationMs: 0 },
  ...[0, 10, 80, 81.92e3, 1e9, 160, 0.001].map((durationMs, at): Finished => ({
    kind: 'model_call',
    attributes: {
      vendor: at % 2 === 0 ? 'openai' : 'bedrock',
      model: `m${at % 3}`,
      inputTokens: 4 ** at,
      outputTokens: at,
      cachedInputTokens: at === 3 ? 5 : undefined,
      costUsd: at / 8,
    },
    responseModel: at % 2 === 0 ? `m${at % 3}-2026` : undefined,
    errorType: at === 4 ? 'rate_limited' : undefined,
    durationMs,
    firstChunkMs: at === 4 ? undefined : durationMs / 2,
  })),
];

test('what a reader collects is what the SDK would have counted, time after time', async () => {
  const both = (['sdk', 'tally'] as const).map((way) => {
    const { maker, read } = reading(way);
    return { to: instruments(maker), labels: new LabelSets(new LabelLimit(200)), read };
  });
  const [sdk, tally] = both;
  expect(await tally?.read()).toEqual(await sdk?.read());
  for (let round = 0; round < 3; round++) {
    for (const { to, labels } of both) for (const finished of calls) measure(to, labels, finished);
    const expected = await sdk?.read();
    expect(expected).toHaveLength(round + 1);
    expect(await tally?.read()).toEqual(expected);
  }
});

test('values that nothing can be made of change nothing', async () => {
  const { maker, read } = reading('tally');
  const counter = maker.createCounter('c');
  const histogram = maker.createHistogram('h');
  for (const value of [Number.NaN, -1]) {
    counter.add(value);
    histogram.record(value);
  }
  counter.add(2);
  const [latest] = await read();
  expect(latest).toMatchObject([{ metrics: [{ name: 'c', dataPoints: [{ value: 2 }] }] }]);
});
