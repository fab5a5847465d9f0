import { isTakoError } from '@tako/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readTasks, type EvalTask } from './task.js';

async function read(...lines: readonly string[]): Promise<EvalTask[]> {
  const tasks: EvalTask[] = [];
  for await (const task of readTasks(lines)) tasks.push(task);
  return tasks;
}

test('a task a line, empty lines aside', async () => {
  expect(
    await read('{"id":"a","input":"1 + 1?","expected":2}', '', ' {"id":"b","input":[{"role":"user","content":[]}]}'),
  ).toEqual([
    { id: 'a', input: '1 + 1?', expected: 2 },
    { id: 'b', input: [{ role: 'user', content: [] }] },
  ]);
});

test.each([
  ['{"id":"a"', 'line 2: it is no JSON'],
  ['[]', 'line 2: it is no object'],
  ['null', 'line 2: it is no object'],
  ['{"input":"x"}', 'line 2: id must be a text'],
  ['{"id":"","input":"x"}', 'line 2: id must be a text'],
  ['{"id":"a","input":7}', 'line 2: input must be'],
  ['{"id":"a","input":[]}', 'line 2: input must be'],
  ['{"id":"a","input":[{"role":"user"}]}', 'line 2: input must be'],
  ['{"id":"a","input":"x","metadata":[]}', 'line 2: metadata must be'],
  ['{"id":"first","input":"x"}', 'line 2: its id "first" is that of line 1'],
])('%s is refused with its line', async (line, words) => {
  await expect(read('{"id":"first","input":"x"}', line)).rejects.toThrow(words);
});

test('whatever stands in a line, it is a task or `invalid`', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (line) => {
      const error: unknown = await read(line).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error === undefined || isTakoError(error, 'invalid')).toBe(true);
    }),
  );
});
