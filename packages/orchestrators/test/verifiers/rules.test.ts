import { call, user, type Attempt, type Verifier } from '@tako/core';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { exactly, fitsSchema, lengthBetween, matches } from '../../src/verifiers/index.js';

const attempt = (text: string): Attempt => ({ messages: [user('Well?')], text });
const score = async (verifier: Verifier, text: string): Promise<number> =>
  (await verifier.verify(attempt(text), call())).score;

/** The first prefix at which a growing answer is decided; `undefined` where it never is. */
async function decidedAt(verifier: Verifier, text: string): Promise<string | undefined> {
  for (let end = 0; end <= text.length; end++) {
    const verdict = await verifier.verifyPartial?.(attempt(text.slice(0, end)), call());
    if (verdict?.isDecided === true) return text.slice(0, end);
  }
  return undefined;
}

test.for([
  [exactly('42'), ' 42\n', '4 2', '43', '43'],
  [exactly(['yes', 'Yes sir']), 'Yes sir', 'YES', 'Yes madam', 'Yes m'],
  [exactly('Ja', { ignoreCase: true }), 'JA', 'J', 'jb', 'jb'],
  [matches(/^\d+$/), '12', 'x1', 'x1', undefined],
  [matches(/secret/i, { not: true }), 'fine', 'SeCret!', 'a Secret.', 'a Secret'],
  [matches(/cat$/, { not: true }), 'cats', 'cat', 'a cat', undefined],
  [matches(/cat(?!s)/, { not: true }), 'cats', 'cat', 'a cat', undefined],
  [lengthBetween({ maxCharacters: 3 }), 'äöü', 'abcd', 'abcdef', 'abcd'],
  [lengthBetween({ maxCharacters: 2 }), '🎉🎉', '🎉🎉🎉', 'abc', 'abc'],
  [lengthBetween({ minCharacters: 2 }), 'ab', 'a', 'a', undefined],
  [lengthBetween({ minCharacters: 2 }), '🎉🎉', '🎉', '🎉', undefined],
  [fitsSchema({ type: 'object', required: ['a'] }), 'Here:\n```json\n{"a":1}\n```', '{"b":1}', 'prose', undefined],
  [fitsSchema({ type: 'object' }, { bare: true }), '\n {"b":1}', '```json\n{}\n```', '\n Sure', '\n S'],
  [fitsSchema(z.object({ a: z.number().int() })), '{"a":1}', '{"a":1.5}', '{"a":', undefined],
] as const)(
  'rule %#: right, wrong, and how soon a growing answer is decided',
  async ([verifier, right, wrong, growing, decided]) => {
    expect(await score(verifier, right)).toBe(1);
    expect(await score(verifier, wrong)).toBe(0);
    expect((await verifier.verify(attempt(wrong), call())).feedback).toMatch(/^The answer/);
    expect(await decidedAt(verifier, growing)).toBe(decided);
    expect(await decidedAt(verifier, right)).toBe(undefined);
  },
);

test('what is decided of a growing answer is what the whole one gets', async () => {
  const verifiers = [exactly('ab a'), matches(/b\w/, { not: true }), lengthBetween({ maxCharacters: 3 })];
  const texts = ['', ...words(['a', 'b', ' ', '🎉'], 4)];
  let decided = 0;
  for (const verifier of verifiers) {
    for (const text of texts) {
      const prefix = await decidedAt(verifier, text);
      if (prefix === undefined) continue;
      decided++;
      expect(await score(verifier, text), text).toBe(0);
    }
  }
  expect(decided).toBeGreaterThan(100);
});

test('a match that was found so far is told, and does not end the answer', async () => {
  expect(await matches(/b/).verifyPartial?.(attempt('ab'), call())).toEqual({ score: 1 });
});

test('the feedback does not give the expected answer away', async () => {
  expect(JSON.stringify(await exactly('hunter2').verify(attempt('x'), call()))).not.toContain('hunter2');
});

test.for([
  () => exactly([]),
  () => matches('('),
  () => matches(/(a+)+/),
  () => matches(/a/, { maxCharacters: 0 }),
  () => lengthBetween({ minCharacters: 3, maxCharacters: 2 }),
  () => lengthBetween({ maxCharacters: Number.NaN }),
])('%s is refused', (make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'invalid' }));
});

function words(letters: readonly string[], length: number): string[] {
  if (length === 0) return [];
  return letters.flatMap((letter) => [letter, ...words(letters, length - 1).map((rest) => letter + rest)]);
}
