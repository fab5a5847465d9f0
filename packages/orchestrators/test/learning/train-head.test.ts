import { call, customProvider, user } from '@tako/core';
import { expect, test } from 'vitest';

import {
  hashedNgrams,
  headRoleRouter,
  headRouter,
  projected,
  textProjection,
  trainHead,
  type RoutingTask,
} from '../../src/learning/index.js';
import { Trinity, trinityRoles, type TeamState, type TeamTurn } from '../../src/trinity/index.js';
import { SeededRandom } from '../../src/routers/seeded-random.js';
import { candidate, choices, route } from '../routing/pool.js';

const encoder = hashedNgrams({ dimensions: 8 });
const pool = ['a', 'b'];
const agents = { agents: pool, roles: trinityRoles };

/** A team's state after these turns: `plan a`, a `-` in front of a failed one, a `!` behind a refusal. */
function after(turns: readonly (readonly [string, string, boolean?])[], maxTurns = 5): TeamState {
  const taken = turns.map(([role, agent, accepted]): TeamTurn => ({ agent, role, text: 'x', accepted, failed: false }));
  return { messages: [user('Q')], turns: taken, maxTurns, ...agents };
}

test('where nobody is better at anything, the head is the best single one', async () => {
  const random = new SeededRandom(3);
  const tasks: RoutingTask[] = Array.from({ length: 100 }, (_, at) => ({
    text: `question ${at}`,
    outcomes: { a: { score: random.next() < 0.5 ? 1 : 0 }, b: { score: random.next() < 0.8 ? 1 : 0 } },
  }));
  const { weights, stages } = await trainHead({ pool, tasks, encoder });
  const router = headRouter({ weights, encoder });
  const chosen = await Promise.all(
    tasks.map(({ text }) =>
      router.route(
        route(
          pool.map((id) => candidate(id)),
          text,
        ),
        call(),
      ),
    ),
  );
  expect(chosen.filter(({ providerId }) => providerId === 'b').length).toBeGreaterThan(90);
  expect(stages.map(({ stage }) => stage)).toEqual(['soft_targets', 'expected_reward']);
  for (const { before, after: then, kept } of stages) expect(kept).toBe(then > before);
});

test('a search on whole runs is kept if it is better on runs that it has not seen', async () => {
  const play = (weights: { bias: readonly number[] }, episodes: readonly number[]): number[] => {
    const [first = 0, second = 0] = weights.bias;
    return episodes.map(() => -((first - 0.3) ** 2) - (second + 0.2) ** 2);
  };
  const { weights, stages } = await trainHead({ pool, encoder, play, heldOutRuns: 4, runs: 2 });
  expect(stages).toEqual([
    { stage: 'search', before: expect.closeTo(-0.13, 9), after: expect.any(Number), kept: true },
  ]);
  expect(stages[0]?.after).toBeGreaterThan(-0.01);
  expect(weights.bias[0]).toBeCloseTo(0.3, 1);

  const noisy = new Map<number, number>();
  const random = new SeededRandom(1);
  const useless = (_: unknown, episodes: readonly number[]): number[] =>
    episodes.map((episode) => noisy.get(episode) ?? noisy.set(episode, random.next()).get(episode) ?? 0);
  const { weights: same, stages: kept } = await trainHead({
    pool,
    encoder,
    play: useless,
    initialWeights: weights,
    generations: 10,
  });
  expect(kept).toMatchObject([{ kept: false }]);
  expect(same).toEqual(weights);
});

test('a search is stopped by its signal, and by rewards that are none', async () => {
  const stop = new AbortController();
  const play = (_: unknown, episodes: readonly number[]): number[] => {
    stop.abort(new Error('enough'));
    return episodes.map(() => 1);
  };
  await expect(trainHead({ pool, encoder, play, signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
    cause: { message: 'enough' },
  });
  for (const odd of [
    () => [],
    () => [Number.NaN],
    (_: unknown, episodes: readonly number[]) => episodes.map(() => Infinity),
  ]) {
    await expect(trainHead({ pool, encoder, play: odd })).rejects.toMatchObject({ code: 'invalid' });
  }
});

test.for([
  ['nobody', { pool: [], play: () => [] }],
  ['neither tasks nor runs', { pool }],
  ['a score that is none', { pool, tasks: [{ text: 'x', outcomes: { a: { score: Number.NaN } } }] }],
  ['a task that says nothing', { pool, tasks: [{ outcomes: { a: { score: 1 } } }] }],
  [
    'features of two widths',
    {
      pool,
      tasks: [
        { features: [1], outcomes: {} },
        { features: [1, 2], outcomes: {} },
      ],
    },
  ],
  ['no temperature', { pool, temperature: 0, tasks: [{ text: 'x', outcomes: { a: { score: 1 } } }] }],
] as const)('%s: refused', async ([, options]) => {
  await expect(trainHead({ encoder, ...options })).rejects.toMatchObject({ code: 'invalid' });
});

const untrained = await trainHead({
  pool,
  roles: trinityRoles,
  encoder,
  play: (_, episodes) => episodes.map(() => 0),
  generations: 1,
});
const team = headRoleRouter({ weights: untrained.weights, encoder });

test('a head of roles begins with the usual order', async () => {
  const roles: string[] = [];
  const turns: [string, string, boolean?][] = [];
  for (let turn = 0; turn < 5; turn++) {
    const choice = await team.choose(after(turns, 6), call());
    if ('done' in choice) throw new Error('it said it was done');
    roles.push(choice.role);
    turns.push(choice.role === 'verifier' ? [choice.role, choice.agent, false] : [choice.role, choice.agent]);
  }
  expect(roles).toEqual(['thinker', 'worker', 'verifier', 'worker', 'verifier']);
  // Nobody checks itself, as long as another may.
  expect(turns[2]?.[1]).not.toBe(turns[1]?.[1]);
});

test('whatever the weights, nobody checks before there is an answer, and the last turn is no plan', async () => {
  for (const loved of ['thinker', 'worker', 'verifier']) {
    const reward = (weights: { roles: readonly string[]; bias: readonly number[] }): number =>
      weights.bias[2 + weights.roles.indexOf(loved)] ?? 0;
    const { weights } = await trainHead({
      pool,
      roles: trinityRoles,
      encoder,
      runs: 1,
      heldOutRuns: 1,
      sigma: 1,
      play: (tried, episodes) => episodes.map(() => Math.min(50, reward(tried))),
    });
    const router = headRoleRouter({ weights, encoder });
    const states = [after([]), after([['thinker', 'a']]), after([['thinker', 'a']], 2), after([['worker', 'a']], 2)];
    const roles = await Promise.all(states.map(async (state) => Object(await router.choose(state, call())).role));
    const [first, second, last, finished] = roles;
    expect([first, second]).not.toContain('verifier');
    expect(last).toBe('worker');
    expect(finished).not.toBe('thinker');
  }
});

test('it leads a team, and is refused for another', async () => {
  const says = (id: string, text: string): ReturnType<typeof customProvider> =>
    customProvider({ id, chat: () => text });
  const both = { a: says('m:a', 'Plan.\nVERDICT: ACCEPT'), b: says('m:b', 'Well.\nVERDICT: ACCEPT') };
  const { stopReason, steps } = await new Trinity({ agents: both, router: team }).run('Q');
  expect([stopReason, steps]).toEqual(['final', 3]);
  await expect(new Trinity({ agents: { a: both.a }, router: team }).run('Q')).rejects.toMatchObject({
    code: 'invalid',
  });
  expect(() => headRoleRouter({ weights: untrained.weights, encoder, agents: ['b', 'a'] })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
  expect(() => headRouter({ weights: untrained.weights, encoder })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});

test('a projection keeps what texts differ by, and knows its encoder', async () => {
  const texts = Array.from(
    { length: 60 },
    (_, at) => `please kindly ${at % 2 === 0 ? 'poem verse rhyme' : 'array loop index'} ${at} thanks`,
  );
  const projection = JSON.parse(JSON.stringify(textProjection({ texts, components: 2 })));
  const few = projected(projection);
  const [verse, code, rhyme] = ['poem verse rhyme 70', 'array loop index 71', 'poem verse rhyme 72'].map((words) => [
    ...few(`please kindly ${words} thanks`),
  ]);
  const angle = (one: readonly number[] = [], other: readonly number[] = []): number =>
    one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
  expect(verse).toHaveLength(2);
  expect(angle(verse, rhyme)).toBeGreaterThan(0);
  expect(angle(verse, code)).toBeLessThan(0);
  expect(() => projected({ ...projection, offset: [0, 0] })).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => projected(projection, encoder)).toThrow(expect.objectContaining({ code: 'invalid' }));
  for (const odd of [{ texts: ['a'] }, { texts: ['a', 'a', 'a'], components: 2 }, { texts, components: 0 }]) {
    expect(() => textProjection(odd)).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
  const tasks = texts.map((text, at) => ({ text, outcomes: { a: { score: at % 2 }, b: { score: 1 - (at % 2) } } }));
  const { weights } = await trainHead({ pool, tasks, encoder: few });
  const router = headRouter({ weights, encoder: few });
  expect(
    await choices(
      router,
      route(
        pool.map((id) => candidate(id)),
        'please kindly array loop index 99 thanks',
      ),
      1,
    ),
  ).toEqual(['a']);
});
