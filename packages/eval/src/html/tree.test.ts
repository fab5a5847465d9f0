import { expect, test } from 'vitest';

import { drawTree } from './tree.js';

/** Where circles are: the question first, then answers in the order given. */
function circles(svg: string): { readonly x: number; readonly y: number }[] {
  return Array.from(svg.matchAll(/<circle[^>]* cx="(\d+)" cy="(\d+)"/g), ([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
}

test('an answer is in a row of its own, below and to the right of what it refines', () => {
  const parents = [undefined, undefined, 0, 2, 0];
  const { text } = drawTree(parents.map((parent, id) => ({ id, parent, label: 'luna', score: 0.5 })));
  const [question, first, second, refined, twice, again] = circles(text);
  const rows = [question, first, refined, twice, again, second].map((place) => place?.y ?? 0);
  expect(rows).toEqual(rows.toSorted((one, other) => one - other));
  expect(new Set(rows).size).toBe(6);
  expect(first?.x).toBe(second?.x);
  expect(refined?.x).toBe(again?.x);
  expect(twice?.x).toBeGreaterThan(refined?.x ?? Infinity);
});

test('a long line of refinements is no wider than its rows need, and one that is too long is cut', () => {
  const line = Array.from({ length: 400 }, (_, id) => ({ id, parent: id === 0 ? undefined : id - 1, label: 'luna' }));
  const { text } = drawTree(line);
  expect(circles(text)).toHaveLength(301);
  expect(text).toContain('100 further answers are not drawn.');
  expect(Math.max(...circles(drawTree(line.slice(0, 60)).text).map(({ x }) => x))).toBeLessThan(500);
});

test('an answer whose parent is not there, and a long name, are drawn all the same', () => {
  const { text } = drawTree([{ id: 7, parent: 3, label: 'x'.repeat(1_000), score: 1, isChosen: true }]);
  expect(circles(text)).toHaveLength(2);
  expect(text).toContain(`${'x'.repeat(39)}…`);
  expect(Number(/ width="(\d+)"/.exec(text)?.[1])).toBeLessThan(500);
});

test('a tree without answers is the question', () => {
  expect(circles(drawTree([]).text)).toHaveLength(1);
});
