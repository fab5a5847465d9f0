import { call, providerError, user, type Attempt, type Verdict, type Verifier } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { expect, test } from 'vitest';

import { cached, combine, exactly, lengthBetween, matches, panel } from '../../src/verifiers/index.js';

const attempt: Attempt = { messages: [user('Well?')], text: 'So.' };
const scores = (score: unknown, feedback?: string): Verifier => ({ verify: () => ({ score, feedback }) as Verdict });
const fails: Verifier = { verify: () => Promise.reject(providerError('overloaded', 'busy')) };
const throws: Verifier = {
  verify: () => {
    throw new TypeError('oh');
  },
};
const hangs: Verifier = { verify: () => new Promise(() => undefined) };

test.for([
  ['median', 0.4],
  ['mean', 0.5],
  ['min', 0.2],
] as const)('a panel by %s', async ([by, score]) => {
  const judges = [scores(0.9, 'a'), scores(0.2, 'b'), scores(0.4, 'a')];
  expect(await panel({ judges, by }).verify(attempt, call())).toEqual({
    score: expect.closeTo(score),
    feedback: 'a\nb',
  });
});

test('a median of two is their middle', async () => {
  expect(await panel({ judges: [scores(0.2), scores(0.6)] }).verify(attempt, call())).toEqual({ score: 0.4 });
});

test('judges that fail, throw, hang, or give no score have no vote', async () => {
  const clock = fakeClock();
  const judges = [scores(0.8), fails, throws, hangs, scores(Number.NaN), scores(2), scores(-1), scores(undefined)];
  const verdict = panel({ judges, quorum: 1, timeoutMs: 100, clock }).verify(attempt, call());
  await clock.advance(100);
  expect(await verdict).toEqual({ score: 0.8 });
  expect(clock.timers).toBe(0);
});

test('without a quorum the first failure is thrown', async () => {
  await expect(panel({ judges: [scores(1), fails, throws] }).verify(attempt, call())).rejects.toMatchObject({
    code: 'overloaded',
  });
});

test('an aborted panel is cancelled', async () => {
  const controller = new AbortController();
  const verdict = panel({ judges: [scores(1), hangs], quorum: 1 }).verify(attempt, call({ signal: controller.signal }));
  controller.abort();
  await expect(verdict).rejects.toMatchObject({ code: 'cancelled' });
});

test.for([
  ['min', undefined, 0.5],
  ['product', undefined, 0.4],
  ['mean', [3, 1], 0.725],
] as const)('criteria by %s', async ([by, weights, score]) => {
  const verifiers = [scores(0.8, 'x'), scores(0.5)];
  expect(await combine({ verifiers, by, weights }).verify(attempt, call())).toEqual({
    score: expect.closeTo(score),
    feedback: 'x',
  });
});

test('a 0 settles it: what comes after is not asked, nor paid for', async () => {
  expect(await combine({ verifiers: [scores(0, 'no'), throws] }).verify(attempt, call())).toEqual({
    score: 0,
    feedback: 'no',
  });
  await expect(combine({ verifiers: [scores(0), throws], by: 'mean' }).verify(attempt, call())).rejects.toMatchObject({
    code: 'invalid',
  });
});

test.for([
  [scores(Number.NaN), 'malformed_response'],
  [scores(2), 'malformed_response'],
  [scores(-1), 'malformed_response'],
  [scores(Infinity), 'malformed_response'],
  [scores('1'), 'malformed_response'],
  [{ verify: () => undefined as never }, 'malformed_response'],
  [fails, 'overloaded'],
  [throws, 'invalid'],
] as const)('criterion %# fails the judgement with %s', async ([verifier, code]) => {
  await expect(combine({ verifiers: [scores(1), verifier] }).verify(attempt, call())).rejects.toMatchObject({ code });
  await expect(cached(verifier).verify(attempt, call())).rejects.toMatchObject(
    code === 'invalid' ? { message: 'oh' } : { code },
  );
});

test('a score that rounding carries over the end of the scale is the end', async () => {
  const verify = (score: number) => combine({ verifiers: [scores(score)] }).verify(attempt, call());
  expect([await verify(1 + 2 ** -40), await verify(-(2 ** -40))]).toMatchObject([{ score: 1 }, { score: 0 }]);
});

test('a growing answer ends as soon as any criterion says no', async () => {
  const verifier = combine({ verifiers: [matches(/a/), lengthBetween({ maxCharacters: 3 }), exactly('abc')] });
  expect(await verifier.verifyPartial?.({ ...attempt, text: 'ab' }, call())).toBe(undefined);
  expect(await verifier.verifyPartial?.({ ...attempt, text: 'abcd' }, call())).toMatchObject({
    score: 0,
    isDecided: true,
  });
});

test('the same answer is judged once for each tenant, also at the same time', async () => {
  let asked = 0;
  const verifier = cached({ verify: async () => Promise.resolve({ score: ++asked / 10 }) });
  const own = await Promise.all([
    verifier.verify(attempt, call()),
    verifier.verify(attempt, call()),
    verifier.verify({ ...attempt }, call()),
  ]);
  expect(own).toEqual([{ score: 0.1 }, { score: 0.1 }, { score: 0.1 }]);
  const principal = { tenantId: 'other', userId: 'u', roles: [] };
  expect(await verifier.verify(attempt, call({ principal }))).toEqual({ score: 0.2 });
  expect(await verifier.verify({ ...attempt, messages: [] }, call())).toEqual({ score: 0.3 });
});

test('bytes in a conversation make it another one', async () => {
  let asked = 0;
  const verifier = cached({ verify: () => ({ score: ++asked / 10 }) });
  for (const byte of [1, 2, 1]) {
    const image = { type: 'image', mimeType: 'image/png', data: new Uint8Array([byte]) } as const;
    await verifier.verify({ ...attempt, messages: [user(image)] }, call());
  }
  expect(asked).toBe(2);
});

test('a failure is not kept, and the oldest verdict goes', async () => {
  let asked = 0;
  const flaky = cached(
    {
      verify: () => {
        if (++asked === 1) throw providerError('overloaded', 'busy');
        return { score: 1 };
      },
    },
    { maxEntries: 2 },
  );
  const of = async (text: string): Promise<number> => {
    await flaky.verify({ ...attempt, text }, call());
    return asked;
  };
  await expect(of('a')).rejects.toMatchObject({ code: 'overloaded' });
  expect([
    await of('a'),
    await of('a'),
    await of('b'),
    await of('a'),
    await of('c'),
    await of('a'),
    await of('b'),
  ]).toEqual([2, 2, 3, 3, 4, 4, 5]);
});

test.for([
  () => panel({ judges: [] }),
  () => panel({ judges: [fails], quorum: 2 }),
  () => combine({ verifiers: [] }),
  () => combine({ verifiers: [fails], weights: [0] }),
  () => combine({ verifiers: [fails], weights: [1, 2] }),
  () => cached(fails, { maxEntries: 0 }),
])('%s is refused', (make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'invalid' }));
});
