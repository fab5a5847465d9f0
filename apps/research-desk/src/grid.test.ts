import { expect, test } from 'vitest';

import { gridOf } from './grid.js';
import { progressOf } from './progress.js';
import { resultLines } from './results.js';
import { widthOf } from './text-width.js';

const plain = (_: string, text: string): string => text;
const names = ['single', 'self-caller', 'conductor', 'trinity'] as const;
const all = names.map((name, at) => ({
  ...progressOf(name, 0),
  lines: Array.from({ length: at * 3 }, (_, line) => `line ${line} says 漢字 and goes on and on and on and on`),
  text: 'a text that grows '.repeat(at),
  ending: at === 0 ? 'final' : undefined,
}));
const outcomes = names.map((name, at) => ({
  name,
  answer: at === 1 ? '' : 'An answer of some length. '.repeat(5),
  score: at === 1 ? undefined : at / 4,
  ending: at === 1 ? 'budget_exhausted' : 'final',
  calls: 10 ** at,
  tokens: 10 ** (at + 2),
  usd: at === 2 ? undefined : 0.01 * at,
  seconds: at * 40,
}));

test('at every width no line is longer than the terminal', () => {
  for (let columns = 20; columns <= 220; columns++) {
    for (const line of [...gridOf(all, columns, 1_000, plain), ...resultLines(outcomes, columns, plain)]) {
      expect(widthOf(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
    }
  }
});

test.each([
  [140, 6],
  [80, 2 * 6 + 1],
  [40, 4 * 6 + 3],
])('in %i columns the grid has %i lines', (columns, lines) => {
  expect(gridOf(all, columns, 0, plain)).toHaveLength(lines);
});

test('the table names every figure, and says what is not known', () => {
  const text = resultLines(outcomes, 140, plain).join('\n');
  for (const word of ['score', '0.75', '10000', '$?', '–', 'budget_exhausted', '120.0 s', '(no answer)']) {
    expect(text).toContain(word);
  }
});
