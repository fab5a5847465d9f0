import { expect, test } from 'vitest';

import { spanFilter } from './span-filter.js';

test.each([
  ['info', true, false],
  ['debug', true, true],
  ['tako=debug,info', true, true],
  ['info,tako=debug', true, true],
  ['tako.step=debug,tako=info', true, true],
  ['info,tako.tool=off', false, false],
  ['warn', false, false],
  ['http=trace', false, false],
  ['', false, false],
  [' TAKO.X = INFO , tako = INFO ', true, false],
])('%j: a tool %s, a step %s', (directives, tool, step) => {
  const { isWanted } = spanFilter(directives);
  expect([isWanted('tool'), isWanted('step')]).toEqual([tool, step]);
});

test.each(['loud', 'tako=', 'tako=verbose', 'a=b=c', '__proto__'])(
  '%j is refused, with the levels there are',
  (directives) => {
    expect(() => spanFilter(directives)).toThrow('the levels are off, error, warn, info, debug, trace');
  },
);
