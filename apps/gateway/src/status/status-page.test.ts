import { expect, test } from 'vitest';

import { statusPage, type Status } from './status-page.js';

const hostile = '<img src=x onerror=alert(1)>"\'&';

const status: Status = {
  startedAtMs: 0,
  nowMs: 3_600_000,
  nodeVersion: 'v24.21.0',
  models: [{ id: 'team', kind: 'trinity', description: hostile }],
  providers: [{ name: hostile, id: 'openai:m', breaker: 'half_open' }],
  spending: {
    day: '2026-11-23',
    accounts: [
      { who: 'all tenants', spentUsd: 3, reservedUsd: 1, maxUsd: 10 },
      { who: hostile, spentUsd: 0.000_5, reservedUsd: 0 },
    ],
  },
  runs: [
    {
      model: hostile,
      tenantId: hostile,
      userId: hostile,
      startedAtMs: 0,
      durationMs: 1_500,
      outcome: 'final',
      isFailure: false,
      calls: 1,
      tokens: 12_345,
      costUsd: undefined,
      tree: [{ label: hostile, isFailure: true, children: [{ label: 'inner', isFailure: false, children: [] }] }],
    },
  ],
};

test('what somebody else wrote stays text', () => {
  const page = statusPage(status);
  expect(page).not.toContain('<img');
  expect(page.split('&#60;img src=x onerror=alert(1)&#62;')).toHaveLength(7 + 1);
});

test('it loads nothing, and runs nothing', () => {
  const page = statusPage(status);
  expect(page).not.toMatch(/<script|<link|<iframe|https?:|url\(|@import/i);
});

test('figures are shown with their units, and an unknown price is said to be unknown', () => {
  const page = statusPage(status);
  for (const words of ['40 %', '$3.00', '$0.000500', 'no cap', '12,345 tokens', 'unknown price', 'half open', '1.5 s'])
    expect(page).toContain(words);
});

test('a gateway that has done nothing yet has a page', () => {
  const page = statusPage({ ...status, spending: undefined, runs: [] });
  expect(page).toContain('None yet.');
  expect(page).not.toContain('Spent on');
});
