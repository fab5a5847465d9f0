import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Budget } from '@tako/budget';
import { call, collect } from '@tako/core';
import { say, scriptedProvider, usage } from '@tako/testing';
import { expect, onTestFinished, test, vi } from 'vitest';

import { observeBudgets } from './observe-budgets.js';

test('what is left is told of all tenants together, and of each with a cap of its own', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  onTestFinished(async () => {
    metrics.disable();
    await provider.shutdown();
  });
  const left = async (): Promise<unknown[]> => {
    exporter.reset();
    await provider.forceFlush();
    return exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [descriptor.name, attributes['tako.budget.name'], value]),
      );
  };

  const config = { maxTokensPerDay: 1_000, maxTokensPerTenantPerDay: { acme: 100, '*': 500 } };
  const budget = new Budget(config);
  const end = observeBudgets(config, budget);
  const model = budget.layer(scriptedProvider([[say('Hi'), usage({ inputTokens: 30, outputTokens: 10 })]]));
  const principal = { tenantId: 'acme', userId: 'ada', roles: [] };
  await collect(model.stream({ messages: [], maxOutputTokens: 10 }, call({ principal })));
  expect(await left()).toEqual([
    ['tako.budget.left_tokens', '*', 960],
    ['tako.budget.left_tokens', 'acme', 60],
  ]);
  end();
  const read = vi.spyOn(budget, 'usage');
  await left();
  expect(read).not.toHaveBeenCalled();
});
