import { call, tool, toolOutput, type ToolContext } from '@tako/core';
import { expect, test } from 'vitest';

import { outputText, runTool } from './run-tool.js';

const seen: [unknown, ToolContext][] = [];
const tools = [
  tool({
    name: 'look',
    execute: (input, context) => {
      seen.push([input, context]);
      return toolOutput([
        { type: 'text', text: 'a cat' },
        { type: 'image', mimeType: 'image/png', data: 'AQID' },
      ]);
    },
  }),
  tool({ name: 'plain', execute: () => 'text' }),
  tool({ name: 'elsewhere' }),
];

test('a tool gets its arguments and the call, and its output is read as text', async () => {
  const context = call({ runId: 'run-1' });
  const output = await runTool(tools, 'look', { at: 1 }, context);
  expect(outputText(output)).toBe('a cat\n<image>');
  expect(seen).toEqual([[{ at: 1 }, { call: context, toolCallId: 'call_1' }]]);
});

test.each([
  ['nobody', 'there is no tool nobody that runs here, among look, plain, elsewhere'],
  ['elsewhere', 'there is no tool elsewhere that runs here'],
  ['plain', 'the output of plain was not made by toolOutput'],
])('%s is an error', async (name, message) => {
  await expect(runTool(tools, name)).rejects.toThrow(message);
});
