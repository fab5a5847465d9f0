import { unknownCapabilities } from '@tako/core';
import { expect, test } from 'vitest';

import { vertexCapabilities } from './capabilities.js';

test.each([
  ['gemini-3.8-flash', ['low', 'medium', 'high'], 'yes'],
  ['gemini-3.1-pro-preview', ['low', 'medium', 'high'], 'yes'],
  ['gemini-3-pro-preview', ['low', 'high'], 'yes'],
  ['publishers/google/models/gemini-3.5-flash-lite', ['minimal', 'low', 'medium', 'high'], 'yes'],
  ['gemini-2.5-flash-lite', ['none', 'minimal', 'low', 'medium', 'high'], 'no'],
  ['gemini-2.5-pro', ['minimal', 'low', 'medium', 'high'], 'no'],
])('%s', (model, reasoningEfforts, structuredOutputWithTools) => {
  expect(vertexCapabilities(model)).toMatchObject({
    reasoningEfforts,
    structuredOutputWithTools,
    contextTokens: 1_048_576,
  });
});

test('where the efforts are not known none is refused', () => {
  expect(vertexCapabilities('gemini-3.5-flash')).toMatchObject({ tools: 'yes', reasoningEfforts: 'unknown' });
});

test.each([
  'gemini-2.5-flash-image',
  'gemini-live-2.5-flash',
  'endpoints/123',
  'gemma-4',
  'gemini-2.0-flash',
  'gemini-4-hydrogen',
  '',
])('of %s nothing is known, so nothing is refused', (model) => {
  expect(vertexCapabilities(model)).toEqual(unknownCapabilities);
});
