import { expect, test } from 'vitest';

import { isCompactJws } from './compact-jws.js';

test.each(['YQ.YQ.YQ', 'e30.e30.AAAA', '__8.--8._-8'])('%s is one', (text) => {
  expect(isCompactJws(text)).toBe(true);
});

test.each([
  ['two parts', 'YQ.YQ'],
  ['four parts', 'YQ.YQ.YQ.YQ'],
  ['an empty part', 'YQ..YQ'],
  ['padding', 'YQ.YQ.YQ=='],
  ['the other alphabet', 'YQ.YQ.//8'],
  ['bits that belong to no byte', 'YQ.YQ.YR'],
  ['half a byte', 'YQ.YQ.YWFhY'],
  ['white space', 'YQ.YQ.YQ '],
  ['letters beyond ASCII', 'YQ.YQ.é'],
  ['nothing', ''],
])('%s is none', (_, text) => {
  expect(isCompactJws(text)).toBe(false);
});
