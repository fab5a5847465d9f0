import { expect, test } from 'vitest';

import { statusPage, type Status } from './status-page.js';

const hostile = '<img src=x onerror=alert(1)>"\'&';

const unused = { spentUsd: 0, reservedUsd: 0, spentTokens: 0, reservedTokens: 0 };

const status: Status = {
  who: hostile,
  startedAtMs: 0,
  nowMs: 3_600_000,
  nodeVersion: 'v24.21.0',
  models: [{ id: hostile, kind: 'trinity', description: hostile, health: 'degraded' }],
  providers: [
    { name: hostile, id: hostile, health: 'ok', breaker: { state: 'half_open', sinceMs: 0 }, fallback: [hostile] },
  ],
  spending: {
    left: 1_200,
    day: '2026-11-23',
    accounts: [
      { ...unused, who: undefined, spentUsd: 3, reservedUsd: 1, maxUsd: 10 },
      { ...unused, who: hostile, spentUsd: 0.000_5 },
      { ...unused, who: 'spent', spentUsd: 5, maxUsd: 5, spentTokens: 999_999, maxTokens: 1_000_000 },
      { ...unused, who: 'over', spentUsd: 6, maxUsd: 5 },
      { ...unused, who: 'nothing', maxUsd: 0 },
    ],
  },
  runs: [
    {
      id: hostile,
      model: hostile,
      tenantId: hostile,
      userId: hostile,
      startedAtMs: 0,
      durationMs: 1_500,
      outcome: hostile,
      isFailure: false,
      calls: 1,
      tokens: 12_345,
      costUsd: undefined,
      trace: { lines: '' },
    },
  ],
};

test('what somebody else wrote stays text', () => {
  const page = statusPage(status);
  expect(page).not.toContain('<img');
  expect(page.split('&#60;img src=x onerror=alert(1)&#62;')).toHaveLength(12 + 1);
});

test('it loads nothing, and runs nothing', () => {
  const page = statusPage(status);
  expect(page).not.toMatch(/<script|<link|<iframe|https?:|url\(|@import| style=/i);
});

test('figures are shown with their units, and an unknown price is said to be unknown', () => {
  const page = statusPage(status);
  for (const words of [
    '40 %',
    '$3.00',
    '$0.000500',
    'no cap',
    '12,345 tokens',
    'unknown price',
    'half open for 60 min',
    '1.5 s',
    '1,200 tenants',
  ])
    expect(page).toContain(words);
});

test('a gateway that has done nothing yet has a page', () => {
  const page = statusPage({ ...status, spending: undefined, runs: [] });
  expect(page).toContain('None yet.');
  expect(page).not.toContain('Spent today');
  expect(statusPage({ ...status, spending: 'unknown' })).toContain('Redis is away');
});

test('a bar is never longer than its cap, and says 100 % only where nothing is left', () => {
  const page = statusPage(status);
  const widths = Array.from(page.matchAll(/class="spent"\s+width="([\d.]+)"/g), ([, width]) => Number(width));
  expect(widths).toEqual([30, 100, 100, 100, 100]);
  expect(Array.from(page.matchAll(/aria-label="(.*?) of the cap"/g), ([, words]) => words)).toEqual([
    '40 %',
    '100 %',
    '99 %',
    '120 %',
    '100 %',
  ]);
});
