import { expect, test } from 'vitest';

import { ToolWatch } from './tool-watch.js';

const list = (tools: object) => new Map(Object.entries(tools) as [string, string][]);

test('the first list is no change, nor is the same one again', () => {
  const watch = new ToolWatch('files', 10);
  expect(watch.see(list({ a: '1' }))).toBeUndefined();
  expect(watch.see(list({ a: '1' }))).toBeUndefined();
});

test('tells what came, what went and what is another', () => {
  const watch = new ToolWatch('files', 10);
  watch.see(list({ a: '1', b: '1', c: '1' }));
  expect(watch.see(list({ a: '1', b: '2', d: '1' }))).toEqual({
    server: 'files',
    added: ['d'],
    removed: ['c'],
    changed: [{ name: 'b', before: '1', after: '2' }],
  });
});

test('a tool that was taken away and comes back as another is one that changed', () => {
  const watch = new ToolWatch('files', 10);
  watch.see(list({ a: '1', b: '1' }));
  watch.see(list({}));
  expect(watch.see(list({ a: '2', b: '1' }))).toEqual({
    server: 'files',
    added: ['b'],
    removed: [],
    changed: [{ name: 'a', before: '1', after: '2' }],
  });
});

test('names without end are not remembered without end: the one gone longest is forgotten', () => {
  const watch = new ToolWatch('files', 2);
  watch.see(list({ a: '1', b: '1', c: '1' }));
  watch.see(list({}));
  expect(watch.see(list({ a: '2', c: '2' }))).toMatchObject({ added: ['a'], changed: [{ name: 'c' }] });
});
