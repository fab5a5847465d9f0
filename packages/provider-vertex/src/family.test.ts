import { expect, test } from 'vitest';

import { geminiVersion } from './family.js';

test.each([
  ['gemini-3.8-flash', 3.8],
  ['gemini-2.5-flash-lite', 2.5],
  ['gemini-4-hydrogen', 4],
  ['publishers/google/models/gemini-3-pro-preview', 3],
  ['gemini-omni-1.2-flash', undefined],
  ['gemini-flash-latest', undefined],
  ['not-gemini-2', undefined],
  ['endpoints/42', undefined],
])('%s', (model, version) => {
  expect(geminiVersion(model)).toBe(version);
});
