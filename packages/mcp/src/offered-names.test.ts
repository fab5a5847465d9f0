import { describe, expect, test } from 'vitest';

import { offeredNames } from './offered-names.js';

const refuse = { name: 'server', prefix: '', onCollision: 'refuse' } as const;
const rename = { ...refuse, onCollision: 'rename' } as const;
const legal = /^[a-zA-Z0-9_-]{1,64}$/;

test('legal names stay as they are', () => {
  expect(offeredNames(['read_file', 'get-sum', 'A1'], refuse)).toEqual(['read_file', 'get-sum', 'A1']);
});

test('names with dots, spaces, letters of the world and 200 characters become legal', () => {
  const names = [
    'files.read',
    'my tool',
    'naïve/路径',
    'x'.repeat(64),
    'y'.repeat(65),
    `${'z'.repeat(199)}1`,
    `${'z'.repeat(199)}2`,
  ];
  const offered = offeredNames(names, { ...refuse, prefix: 'p__' });
  for (const name of offered) expect(name).toMatch(legal);
  expect(new Set(offered).size).toBe(names.length);
  expect(offered.slice(0, 3)).toEqual(['p__files_read', 'p__my_tool', 'p__na_ve___']);
});

describe('two names that come to the same', () => {
  test('are refused, both by name', () => {
    expect(() => offeredNames(['a.b', 'c', 'a_b'], refuse)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: expect.stringMatching(/"a.b" and "a_b".*"a_b".*rename/) as unknown,
      }),
    );
  });

  test('are told apart where wanted, whatever their order; the one that was legal keeps its name', () => {
    const one = offeredNames(['a.b', 'a_b', 'a b'], rename);
    const other = offeredNames(['a b', 'a_b', 'a.b'], rename);
    expect(one[1]).toBe('a_b');
    expect(new Set(one).size).toBe(3);
    expect(other).toEqual(one.toReversed());
    for (const name of one) expect(name).toMatch(legal);
  });
});

describe('the same name twice', () => {
  test('is refused', () => {
    expect(() => offeredNames(['a', 'a'], refuse)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('leaves out the second where renaming is wanted: nobody could call it', () => {
    expect(offeredNames(['a', 'b', 'a'], rename)).toEqual(['a', 'b', undefined]);
  });
});

test('names of JavaScript mean nothing', () => {
  expect(offeredNames(['__proto__', 'constructor', 'toString'], refuse)).toEqual([
    '__proto__',
    'constructor',
    'toString',
  ]);
});

test('a suffix that somebody foresaw is refused, not shared', () => {
  const [, suffixed] = offeredNames(['a_b', 'a.b'], rename);
  expect(() => offeredNames(['a_b', 'a.b', suffixed ?? ''], rename)).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});
