import { expect, test } from 'vitest';

import { nodeWarning } from './node-version.js';

test.each(['v22.23.4', 'v22.24.0', 'v24.22.1', 'v26.12.1', 'v26.13.0', 'v28.0.0'])('%s is good', (version) => {
  expect(nodeWarning(version)).toBeUndefined();
});

test.each([
  ['v22.23.3', '22.23.4'],
  ['v24.21.0', '24.22.1'],
  ['v24.22.0', '24.22.1'],
  ['v26.11.9', '26.12.1'],
  ['v23.11.0', '22, 24 or 26'],
  ['v20.19.0', '22, 24 or 26'],
])('%s is warned about', (version, advice) => {
  expect(nodeWarning(version)).toContain(advice);
});
