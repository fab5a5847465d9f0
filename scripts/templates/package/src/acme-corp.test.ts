import { expect, test } from 'vitest';

import { acmeCorp } from './acme-corp.js';

test('without options it goes by its own name', () => {
  expect(acmeCorp()).toBe('acme-corp');
});

test('an empty name is refused', () => {
  expect(() => acmeCorp({ name: '' })).toThrow(expect.objectContaining({ code: 'invalid' }));
});
