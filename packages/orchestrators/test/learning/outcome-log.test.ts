import { call, user, type Outcome } from '@tako/core';
import { expect, test } from 'vitest';

import { hashedNgrams, outcomeLog, readOutcomeLog, tasksOf, trainHead } from '../../src/learning/index.js';
import { cheapest } from '../../src/routers/index.js';
import { candidate, route } from '../routing/pool.js';

const encoder = hashedNgrams({ dimensions: 16 });
const request = { messages: [user('a secret question')] };

test('what goes in comes out, and what people asked stays out', () => {
  const log = outcomeLog({ encoder });
  const outcome: Outcome = { providerId: 'a:1', request, score: 0.5, costUsd: 0.01, latencyMs: 20 };
  log.record(outcome);
  log.record({ providerId: 'b:1', features: [1, 2], error: 'timeout' });
  const text = log.lines().join('');
  expect(text).not.toContain('secret');
  const { outcomes, problems } = readOutcomeLog(text);
  expect(problems).toEqual([]);
  expect(outcomes).toEqual([
    {
      providerId: 'a:1',
      encoder: 'hashed-ngrams-1/16',
      features: expect.any(Array),
      score: 0.5,
      costUsd: 0.01,
      latencyMs: 20,
    },
    { providerId: 'b:1', features: [1, 2], error: 'timeout' },
  ]);
  expect(outcomes[0]?.features).toHaveLength(16);
  const telling = outcomeLog({ encoder, keepsTexts: true });
  telling.record(outcome);
  expect(readOutcomeLog(telling.lines().join('')).outcomes[0]?.text).toBe('a secret question');
});

test('hostile lines are told by their number, and the rest is read', () => {
  const lines = [
    '{"providerId":"a:1","score":1,"features":[1]}',
    '',
    'nonsense',
    '{"providerId":"a:1","score":2}',
    '{"providerId":"a:1","score":null}',
    '{"providerId":"__proto__","score":1}',
    '{"providerId":7}',
    '[]',
    'null',
    '{"providerId":"a:1","features":[1,"2"]}',
    '{"providerId":"a:1","features":[1e999]}',
    '{"providerId":"a:1","costUsd":-1}',
    '{"providerId":"a:1","latencyMs":"fast"}',
    '{"providerId":"a:1","text":{}}',
    '{"providerId":"a:1","score":1',
    `{"providerId":"a:1","text":"${'x'.repeat(1_000_001)}"}`,
    '{"providerId":"b:1","score":0,"features":[1],"more":{"__proto__":{"x":1}}}',
  ];
  const { outcomes, problems } = readOutcomeLog(lines.join('\r\n'));
  expect(outcomes).toEqual([
    { providerId: 'a:1', score: 1, features: [1] },
    { providerId: 'b:1', score: 0, features: [1] },
  ]);
  expect(problems.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
});

test('outcomes that make no sense leave no line, and a log that cannot be written fails nobody', () => {
  const log = outcomeLog();
  for (const score of [Number.NaN, 2, -1]) log.record({ providerId: 'a:1', score });
  log.record({ providerId: '', score: 1 });
  log.record({ providerId: 'a:1', features: [Number.NaN] });
  expect(log.lines()).toEqual([]);
  const broken = outcomeLog({
    write: () => {
      throw new Error('disk full');
    },
  });
  expect(() => {
    broken.record({ providerId: 'a:1', score: 1 });
  }).not.toThrow();
  const short = outcomeLog({ maxLines: 2 });
  for (const score of [0.1, 0.2, 0.3]) short.record({ providerId: 'a:1', score });
  expect(readOutcomeLog(short.lines().join('')).outcomes.map(({ score }) => score)).toEqual([0.2, 0.3]);
});

test('a router that is watched still chooses, learns and has its state', async () => {
  const log = outcomeLog();
  const inner = cheapest();
  const router = log.watching(inner);
  expect(await router.route(route([candidate('b:1', 2), candidate('a:1', 1)]), call())).toMatchObject({
    providerId: 'a:1',
  });
  router.learn?.({ providerId: 'a:1', error: 'timeout' });
  expect(router.state?.()).toEqual(inner.state());
  expect(JSON.stringify(inner.state())).toContain('a:1');
  expect(log.lines()).toHaveLength(1);
});

test('tries of one request are one task, and a head learns from them', async () => {
  const log = outcomeLog({ encoder });
  for (let at = 0; at < 80; at++) {
    const isVerse = at % 2 === 0;
    const asked = {
      messages: [user(isVerse ? `a poem about trees ${at % 10}` : `sort this array of numbers ${at % 10}`)],
    };
    // Each request was only ever sent to one of them.
    const providerId = at % 4 < 2 ? 'poet' : 'coder';
    log.record({ providerId, request: asked, score: isVerse === (providerId === 'poet') ? 1 : 0 });
  }
  const tasks = tasksOf(readOutcomeLog(log.lines().join('')).outcomes);
  expect(tasks).toHaveLength(10);
  const { weights } = await trainHead({ pool: ['poet', 'coder'], tasks, encoder });
  const again = await trainHead({ pool: ['poet', 'coder'], tasks, encoder });
  expect(again.weights).toEqual(weights);
  expect(
    tasksOf([
      { providerId: 'a', features: [1], score: 1 },
      { providerId: 'a', features: [1], score: 0 },
      { providerId: 'a', features: [2] },
    ]),
  ).toEqual([
    {
      features: [1],
      text: undefined,
      outcomes: { a: { score: 0.5, tries: [1, 0], costUsd: undefined, latencyMs: undefined } },
    },
  ]);
});
