import { expect, test } from 'vitest';

import { LabelLimit } from './label-limit.js';
import { LabelSets, type LabelNames } from './label-sets.js';

const names: LabelNames = { names: ['vendor', 'model'], fixed: { what: 'chat' } };

test('the same values are the same object, and no others are', () => {
  const sets = new LabelSets(new LabelLimit(100));
  expect(sets.of(names, 'a', 'b')).toEqual({ what: 'chat', vendor: 'a', model: 'b' });
  expect(sets.of(names, 'a', 'b')).toBe(sets.of(names, 'a', 'b'));
  expect(sets.of(names, 'a', undefined)).toEqual({ what: 'chat', vendor: 'a' });
  expect(sets.of(names, undefined, 'a')).toEqual({ what: 'chat', model: 'a' });
  expect(sets.of({ names: ['vendor'] }, 'a')).toEqual({ vendor: 'a' });
  // Names that are made to look like two.
  for (const [one, other] of [
    ['a1 b', ''],
    ['a', '1 b'],
    ['-', ''],
  ]) {
    expect(sets.of(names, one, other)).toEqual({ what: 'chat', vendor: one, model: other });
  }
});

test('what is beyond the limit of a label is one object, however many there are', () => {
  const sets = new LabelSets(new LabelLimit(2));
  const made = Array.from({ length: 50 }, (_, at) => sets.of(names, 'a', `m${at}`));
  expect(new Set(made).size).toBe(3);
  expect(made.at(-1)).toEqual({ what: 'chat', vendor: 'a', model: '_OTHER' });
});

test('combinations are bounded, as the SDK bounds them', () => {
  const sets = new LabelSets(new LabelLimit(1_000));
  const made = Array.from({ length: 3_000 }, (_, at) => sets.of(names, `v${at % 60}`, `m${Math.floor(at / 60)}`));
  expect(new Set(made).size).toBe(2_001);
  expect(made.at(-1)).toEqual({ 'otel.metric.overflow': true });
});
