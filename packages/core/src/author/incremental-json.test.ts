import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { IncrementalJson } from './incremental-json.js';

/** Cuts a text at the given places, in any order; places may repeat. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length].toSorted((a, b) => a - b);
  return ends.map((end, at) => text.slice(ends[at - 1] ?? 0, end));
}

function parsed(pieces: readonly string[]): IncrementalJson {
  const json = new IncrementalJson();
  for (const piece of pieces) json.push(piece);
  return json;
}

/** Same values, same own keys in the same order, also keys like `constructor`, which toStrictEqual takes for a class. */
function expectSame(value: unknown, expected: unknown): void {
  expect(value).toEqual(expected);
  expect(JSON.stringify(value)).toBe(JSON.stringify(expected));
}

/** What `JSON.parse` says of a text; `undefined` where it throws. */
function reference(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const places = fc.array(fc.nat(), { maxLength: 20 });
const jsonText = fc
  .tuple(fc.jsonValue({ noUnicodeString: false, maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t', ' \n'))
  .map(([value, space]) => JSON.stringify(value, undefined, space));

describe('agrees with JSON.parse', () => {
  test('on the value of any JSON, however it is cut', () => {
    fc.assert(
      fc.property(jsonText, places, (text, at) => {
        const json = parsed(cut(text, at));
        expect(json.end()).toBe(true);
        expect(json.state).toBe('complete');
        expectSame(json.value, JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('on what is JSON, after any edits', () => {
    const edit = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 3 }),
      insert: fc.oneof(
        fc.constantFrom(
          '"',
          '\\',
          '{',
          '}',
          '[',
          ']',
          ':',
          ',',
          '-',
          '.',
          'e',
          '0',
          'u',
          't',
          ' ',
          '\n',
          '\u0000',
          '\u00a0',
          '\ufeff',
        ),
        fc.string({ maxLength: 2 }),
      ),
    });
    fc.assert(
      fc.property(jsonText, fc.array(edit, { minLength: 1, maxLength: 4 }), places, (text, edits, at) => {
        let edited = text;
        for (const { at: place, remove, insert } of edits) {
          const from = place % (edited.length + 1);
          edited = edited.slice(0, from) + insert + edited.slice(from + remove);
        }
        const expected = reference(edited);
        const json = parsed(cut(edited, at));
        expect(json.end(), JSON.stringify(edited)).toBe(expected !== undefined);
        expect(json.state).toBe(expected === undefined ? 'invalid' : 'complete');
        if (expected !== undefined) expectSame(json.value, expected.value);
      }),
      { numRuns: 3_000 },
    );
  });

  test('on texts of nothing but JSON punctuation', () => {
    const text = fc.string({
      unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ':', ',', '1', '-', 'null', 'a', ' '),
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, (given) => {
        expect(parsed([...given]).end(), given).toBe(reference(given) !== undefined);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    '',
    ' ',
    'nul',
    'nullx',
    'True',
    'NaN',
    'Infinity',
    '+1',
    '01',
    '1.',
    '.5',
    '1e',
    '-',
    '--1',
    '0x1',
    '1_000',
    "'a'",
    '"a',
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    '"\\u12"',
    '"\\',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1',
    ']',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '{"a":1 "b":2}',
    '{"a":1}}',
    '{"a":1]',
    '[1}',
    '{}{}',
    '1 2',
    '"a""b"',
    '[]]',
    ':',
    ',',
    '//x',
    '[1]x',
    '\ufeff1',
    '\u00a01',
    '1\u00a0',
    '1\u000b',
    'true\u0000',
  ])('refuses %o', (text) => {
    expect(reference(text)).toBeUndefined();
    expect(parsed([text]).end()).toBe(false);
    expect(parsed([...text]).end()).toBe(false);
  });

  test.each([
    '0',
    '-0',
    '-0.5e-10',
    '1E+5',
    '1e400',
    'true',
    ' null ',
    '""',
    '"\\u0041\\ud83d\\ude00\\ud800"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '[]',
    '{}',
    '[[],{}]',
    '\r\n[ 1 , 2 ]\t',
    '{"":{"":""}}',
    '{"a":1,"a":{"b":2}}',
    '{"a":{"b":2},"a":1,"c":3}',
    '"\u007f\u2028\u2029"',
    '123456789012345678901234567890',
  ])('takes %o', (text) => {
    for (const pieces of [[text], [...text]]) {
      const json = parsed(pieces);
      expect(json.end()).toBe(true);
      expectSame(json.value, JSON.parse(text));
    }
  });

  test.each([
    '{"__proto__":{"admin":true}}',
    '{"a":{"__proto__":"text that grows"}}',
    '{"__proto__":1,"__proto__":[2]}',
    '{"constructor":{"prototype":{"x":1}},"toString":1}',
  ])('keys that mean something to objects are plain keys: %s', (text) => {
    const json = parsed([...text]);
    expect(json.end()).toBe(true);
    expectSame(json.value, JSON.parse(text));
    expect(Object.getPrototypeOf(json.value)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptors(json.value)).toEqual(Object.getOwnPropertyDescriptors(JSON.parse(text)));
    expect(({} as { admin?: unknown }).admin).toBeUndefined(); // nothing has reached the shared prototype
  });

  test('on nesting deeper than any call stack', () => {
    const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const json = parsed([text]);
    expect(json.end()).toBe(true);
  });
});

describe('while the text arrives', () => {
  test('shows what is there so far', () => {
    const json = new IncrementalJson();
    const shown = (text: string): unknown => {
      json.push(text);
      return structuredClone(json.value);
    };
    expect(shown('')).toBeUndefined();
    expect(shown(' {')).toEqual({});
    expect(shown('"ci')).toEqual({});
    expect(shown('ty"')).toEqual({});
    expect(shown(':')).toEqual({});
    expect(shown('"Be')).toEqual({ city: 'Be' });
    expect(shown('\\u00')).toEqual({ city: 'Be' });
    expect(shown('e9')).toEqual({ city: 'Beé' });
    expect(shown('","days":[1')).toEqual({ city: 'Beé', days: [] });
    expect(shown('2,tru')).toEqual({ city: 'Beé', days: [12] });
    expect(shown('e,{')).toEqual({ city: 'Beé', days: [12, true, {}] });
    expect(json.state).toBe('partial');
    expect(shown('}]}')).toEqual({ city: 'Beé', days: [12, true, {}] });
    expect(json.state).toBe('complete');
    expect(shown(' \n')).toEqual({ city: 'Beé', days: [12, true, {}] });
    expect(json.state).toBe('complete');
  });

  test('a value only grows: nothing that was shown is taken back', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const json = new IncrementalJson();
        let before: unknown;
        for (const character of text) {
          json.push(character);
          const now: unknown = structuredClone(json.value);
          expect(isPrefix(before, now)).toBe(true);
          before = now;
        }
        json.end();
        expect(isPrefix(before, json.value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('containers grow in place', () => {
    const json = parsed(['{"a":[']);
    const before = json.value;
    json.push('1,2],"b":"');
    expect(json.value).toBe(before);
    expect(before).toEqual({ a: [1, 2], b: '' });
  });

  test('a bare number is complete at the end only', () => {
    const json = parsed(['12']);
    expect(json.state).toBe('partial');
    expect(json.value).toBeUndefined();
    expect(json.end()).toBe(true);
    expect(json.value).toBe(12);
  });
});

describe('what is not JSON', () => {
  test('keeps what came before, and takes no more', () => {
    const json = parsed(['{"a":"b","c":[1,', 'oops', ',2]}', '{"d":1}']);
    expect(json.state).toBe('invalid');
    expect(json.value).toEqual({ a: 'b', c: [1] });
    expect(json.end()).toBe(false);
  });

  test.each([
    ['{"a":"abc\ndef"}', { a: 'abc' }],
    ['"abc\\xdef"', 'abc'],
    ['["abc\u0000', ['abc']],
    ['{"a":[1,2}', { a: [1, 2] }],
  ])('keeps the same, however it is cut: %j', (text, kept) => {
    expect(parsed([text]).value).toStrictEqual(kept);
    expect(parsed([...text]).value).toStrictEqual(kept);
  });

  test('an end before the end', () => {
    for (const text of ['', '{', '[1', '"a', '{"a":', 'tru', '-']) {
      const json = parsed([text]);
      expect(json.end(), text).toBe(false);
      expect(json.state, text).toBe('invalid');
    }
  });
});

describe('work', () => {
  /** Characters looked at, sliced or parsed while `pieces` are pushed. Each is counted by the native that does it. */
  function workOf(pieces: readonly string[]): number {
    let work = 0;
    const charCodeAt = String.prototype.charCodeAt;
    const slice = String.prototype.slice;
    const testPattern = RegExp.prototype.test;
    const parse = JSON.parse;
    const spies = [
      vi.spyOn(JSON, 'parse').mockImplementation((text) => {
        work += text.length;
        return parse(text) as unknown;
      }),
    ];
    Object.assign(String.prototype, {
      charCodeAt(this: string, at: number) {
        work++;
        return charCodeAt.call(this, at);
      },
      slice(this: string, from: number, to?: number) {
        const piece = slice.call(this, from, to);
        work += piece.length;
        return piece;
      },
    });
    Object.assign(RegExp.prototype, {
      test(this: RegExp, text: string) {
        work += text.length;
        return testPattern.call(this, text);
      },
    });
    try {
      parsed(pieces).end();
    } finally {
      Object.assign(String.prototype, { charCodeAt, slice });
      Object.assign(RegExp.prototype, { test: testPattern });
      for (const spy of spies) spy.mockRestore();
    }
    return work;
  }

  const texts: readonly (readonly [string, (size: number) => string])[] = [
    ['a long string', (size) => JSON.stringify({ text: 'word '.repeat(size) })],
    ['a string of escapes', (size) => JSON.stringify({ text: '\n"é\\'.repeat(size) })],
    ['a long array', (size) => JSON.stringify(Array.from({ length: size }, (_, at) => at))],
    ['deep nesting', (size) => `${'['.repeat(size)}${']'.repeat(size)}`],
    ['a long number', (size) => '1'.repeat(size)],
    [
      'wide objects',
      (size) => JSON.stringify(Object.fromEntries(Array.from({ length: size }, (_, at) => [`k${at}`, { at }]))),
    ],
  ];

  test.each(texts)('%s in small pieces: a few looks at each character, however long the text', (_, textOf) => {
    for (const size of [500, 4_000]) {
      const text = textOf(size);
      const pieces = text.match(/[^]{1,3}/g) ?? [];
      const work = workOf(pieces);
      expect(work).toBeLessThan(5 * text.length + 100);
    }
  });
});

/** Whether `later` holds all that `earlier` does: strings begin with it, arrays and objects have it. */
function isPrefix(earlier: unknown, later: unknown): boolean {
  if (earlier === undefined) return true;
  if (typeof earlier === 'string') return typeof later === 'string' && later.startsWith(earlier);
  if (Array.isArray(earlier)) {
    return Array.isArray(later) && earlier.every((item, at) => isPrefix(item, later[at]));
  }
  if (typeof earlier === 'object' && earlier !== null) {
    return (
      typeof later === 'object' &&
      later !== null &&
      Object.entries(earlier).every(
        ([key, value]) =>
          Object.hasOwn(later, key) && isPrefix(value, Object.entries(later).find(([name]) => name === key)?.[1]),
      )
    );
  }
  return Object.is(earlier, later);
}
