import { expect, test } from 'vitest';
import { z } from 'zod';

import { checkValue } from './check-value.js';

test('a Standard Schema decides where there is one, and may change the value', async () => {
  const schema = z.object({ at: z.string().transform((text) => text.length) });
  expect(await checkValue(schema, { type: 'string' }, { at: 'abc' })).toEqual({ ok: true, value: { at: 3 } });
});

test('else the JSON Schema does', async () => {
  const json = { type: 'object', required: ['a'] };
  expect(await checkValue(undefined, json, { a: 1 })).toEqual({ ok: true, value: { a: 1 } });
  expect(await checkValue(json, json, {})).toEqual({ ok: false, problem: 'the value must have the property "a"' });
});

test('the first three problems are told, each with its path', async () => {
  const schema = z.object({ list: z.array(z.object({ n: z.number() })), b: z.string(), c: z.string(), d: z.string() });
  const checked = await checkValue(schema, {}, { list: [{ n: 1 }, { n: 'x' }] });
  if (checked.ok) throw new Error('it does not fit');
  expect(checked.problem.split('; ')).toHaveLength(3);
  expect(checked.problem).toMatch(/^list\.1\.n: /);
});

test('a path in the form of segments is read too', async () => {
  const schema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => ({ issues: [{ message: 'no', path: [{ key: 'a' }, 0] }, { message: 'nowhere' }] }),
    },
  } as const;
  expect(await checkValue(schema, {}, {})).toEqual({ ok: false, problem: 'a.0: no; nowhere' });
});

test.each([
  [
    'at once',
    () => {
      throw new Error('a bug');
    },
  ],
  ['later', () => Promise.reject(new Error('a bug'))],
])('what a schema throws %s is a problem, not a crash', async (_, validate) => {
  const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const;
  expect(await checkValue(schema, {}, {})).toEqual({ ok: false, problem: expect.stringContaining('a bug') });
});
