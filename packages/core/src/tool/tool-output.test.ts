import { expect, test } from 'vitest';

import { isToolOutput, toolOutput } from './tool-output.js';

const content = [{ type: 'text', text: 'warm' }] as const;

test('marks content as parts, a failure only where told', () => {
  expect(toolOutput(content)).toEqual({ content, isError: false });
  expect(toolOutput(content, { isError: true })).toEqual({ content, isError: true });
});

test('is recognised across copies of the package', async () => {
  const secondCopy = './tool-output.js?second-copy';
  const other = (await import(secondCopy)) as typeof import('./tool-output.js'); // the same file, loaded again
  expect(isToolOutput(other.toolOutput(content))).toBe(true);
  expect(other.isToolOutput(toolOutput(content))).toBe(true);
});

test.each([
  undefined,
  null,
  'text',
  { content, isError: false },
  JSON.parse(JSON.stringify(toolOutput(content))),
  [content],
])('what merely looks like one is a value like any other: %o', (value) => {
  expect(isToolOutput(value)).toBe(false);
});

test('the mark does not show in JSON', () => {
  expect(JSON.stringify(toolOutput(content))).toBe(JSON.stringify({ content, isError: false }));
});
