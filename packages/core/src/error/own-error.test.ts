import { expect, test } from 'vitest';

import { attachPartial } from './attach-partial.js';
import { ownError } from './own-error.js';
import { TakoError } from './tako-error.js';

const cause = new Error('because');
const error = new TakoError('rate_limited', 'slow down', {
  cause,
  retryable: false,
  retryAfterMs: 7_000,
  status: 429,
  requestId: 'r1',
  source: 'acme',
  excerpt: 'busy',
  details: { limit: 3 },
  partial: { content: [{ type: 'text', text: 'mine' }] },
});

test('says the same, and is another one', () => {
  const own = ownError(error);
  expect(own).not.toBe(error);
  expect(JSON.stringify(own)).toBe(JSON.stringify(error));
  expect(own).toMatchObject({ cause });
  expect(own).toBeInstanceOf(TakoError);
});

test('nobody sees what another caller received', () => {
  const [first, second] = [ownError(error), ownError(error)];
  attachPartial(first, { content: [{ type: 'text', text: 'of the first' }] });
  expect(second).toMatchObject({ partial: undefined });
});

test.each([new Error('foreign'), 'text', undefined])('%o is given as it is', (foreign) => {
  expect(ownError(foreign)).toBe(foreign);
});
