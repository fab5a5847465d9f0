import type { ReasoningEffort } from '@tako/core';
import { expect, test } from 'vitest';

import { toVertexThinking } from './thinking.js';

test.each<[string, ReasoningEffort, object, boolean]>([
  ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }, false],
  ['gemini-2.5-pro', 'high', { includeThoughts: true, thinkingBudget: 24_576 }, false],
  ['gemini-2.5-pro', 'xhigh', { includeThoughts: true, thinkingBudget: 24_576 }, true],
  ['gemini-3.8-flash', 'low', { includeThoughts: true, thinkingLevel: 'LOW' }, false],
  ['gemini-4-hydrogen', 'xhigh', { includeThoughts: true, thinkingLevel: 'HIGH' }, true],
  ['endpoints/1', 'none', { includeThoughts: true, thinkingLevel: 'MINIMAL' }, true],
])('%s, effort %s', (model, effort, config, isDowngraded) => {
  expect(toVertexThinking(effort, model)).toEqual({ config, isDowngraded });
});
