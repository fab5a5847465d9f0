import {
  call,
  chat,
  costUsd,
  noUsage,
  providerError,
  textOf,
  user,
  wrapProvider,
  type Outcome,
  type Router,
} from '@tako/core';
import { breakOff, fail, fakeClock, pause, say, scriptedProvider, type Script } from '@tako/testing';
import { expect, test } from 'vitest';

import { SingleAgent } from '../../src/index.js';
import {
  cheapest,
  fallbackRouter,
  fastest,
  judgeRouter,
  learnFrom,
  learnFromRun,
  routed,
} from '../../src/routers/index.js';
import { accounts, candidate, model, price, question, read, route, used } from './pool.js';

test('a judge chooses by number, sees notes and measured skill but no names, in an order drawn from a seed', async () => {
  const pool = [candidate('acme:famous', 1), candidate('acme:humble', 1), candidate('acme:third', 1)];
  const asked: string[] = [];
  const judge = model('judge:1', (request) => {
    asked.push(request.messages.map(textOf).join('\n'));
    const listed = /(\d)\. Does sums/.exec(asked.at(-1) ?? '');
    return [say(JSON.stringify({ reason: 'it is a sum', choice: Number(listed?.[1]) }))];
  });
  const options = { provider: judge, notes: { 'acme:humble': 'Does sums.' }, seed: 3 };
  const router = judgeRouter(options);
  router.learn({ providerId: 'acme:famous', score: 0.25 });
  for (let at = 0; at < 8; at++) {
    expect(await router.route(route(pool, '6 * 7?'), call())).toEqual({
      providerId: 'acme:humble',
      reason: 'it is a sum',
    });
  }
  expect(asked[0]).toContain('Mean score so far: 0.25 of 1.');
  expect(asked[0]).toContain('<question>\n6 * 7?\n</question>');
  expect(asked[0]).not.toMatch(/acme|famous|humble/);
  expect(new Set(asked).size).toBeGreaterThan(1);

  const [again, before] = [judgeRouter(options), asked.length];
  again.learn({ providerId: 'acme:famous', score: 0.25 });
  for (let at = 0; at < 8; at++) await again.route(route(pool, '6 * 7?'), call());
  expect(asked.slice(before)).toEqual(asked.slice(0, before));
  const restored = judgeRouter({ ...options, seed: 99, initialState: JSON.parse(JSON.stringify(router.state())) });
  await restored.route(route(pool, '6 * 7?'), call());
  await again.route(route(pool, '6 * 7?'), call());
  expect(asked.at(-1)).toBe(asked.at(-2));
});

test('a judge is not asked about one candidate', async () => {
  const judge = model('judge:1', []);
  expect(await judgeRouter({ provider: judge }).route(route([candidate('a:1')]), call())).toMatchObject({
    providerId: 'a:1',
  });
});

test.for([
  'Model 2, I think.',
  '{"reason":"","choice":3}',
  '{"reason":"","choice":0}',
  '{"reason":"","choice":1.5}',
  '{"choice":1}',
  '',
])('a judge that answers %j names nobody: an error that says what it used, or the next in order', async (text) => {
  const pool = [candidate('a:1', 2), candidate('b:1', 1)];
  const router = judgeRouter({
    provider: model('judge:1', [
      [say(text), used],
      [say(text), used],
    ]),
  });
  await expect(router.route(route(pool), call())).rejects.toMatchObject({
    code: 'malformed_response',
    partial: { usage: { inputTokens: 4, outputTokens: 1 }, costUsd: 5 },
  });
  const safe = fallbackRouter({ order: [router, cheapest()] });
  expect(await safe.route(route(pool), call())).toMatchObject({ providerId: 'b:1' });
});

test('a judge that hangs is a timeout', async () => {
  const clock = fakeClock();
  const judge = scriptedProvider([[pause(Infinity)]], { clock });
  const router = judgeRouter({ provider: judge, timeoutMs: 10, clock });
  const refused = router.route(route([candidate('a:1'), candidate('b:1')]), call()).catch((error: unknown) => error);
  await clock.advance(10);
  expect(await refused).toMatchObject({
    code: 'timeout',
  });
  expect(clock.timers).toBe(0);
});

test('as one provider a judge and its pool are booked to the last token, and learn', async () => {
  const judge = model('judge:1', [[say('{"reason":"so","choice":1}'), used]], 10);
  const [a, b] = [model('a:1', [[say('42'), used]], 2), model('b:1', [[say('42'), used]], 2)];
  const router = judgeRouter({ provider: judge });
  const outcomes: Outcome[] = [];
  const provider = routed({ router: { ...router, learn: (outcome) => outcomes.push(outcome) }, candidates: [a, b] });
  const result = await new SingleAgent({ provider }).run('6 * 7?');
  const chosen = a.calls.length === 1 ? 'a:1' : 'b:1';
  expect(accounts(result.calls)).toEqual([
    ['judge:1', 50, 'stop'],
    [chosen, 10, 'stop'],
  ]);
  expect(result.costUsd).toBe(60);
  expect(outcomes).toMatchObject([{ providerId: chosen, costUsd: 10, request: { messages: [user('6 * 7?')] } }]);
});

test('a judge that answers prose is booked all the same', async () => {
  const provider = routed({
    router: judgeRouter({ provider: model('judge:1', [[say('The first!'), used]]) }),
    candidates: [model('a:1', []), model('b:1', [])],
  });
  const failed = await new SingleAgent({ provider }).run('6 * 7?').catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'malformed_response', partial: { costUsd: 5 } });
});

test.for([
  ['names nobody', () => ({ providerId: 'c:1', reason: '' }), 'invalid'],
  ['gives nothing', () => undefined as never, 'invalid'],
  ['throws', () => Promise.reject(new Error('oh')), 'invalid'],
  ['refuses', () => cheapest({ maxUsd: 0 }).route(route([candidate('a:1', 1)]), call()), 'budget_exhausted'],
] as const)('a routed provider whose router %s', async ([, choose, code]) => {
  const provider = routed({ router: { route: choose }, candidates: [model('a:1', [])] });
  await expect(read(provider)).rejects.toMatchObject({ code });
});

test('a routed provider tells who answers once, and can what any candidate can', async () => {
  const starting = model('a:1', [[{ type: 'start', requestId: 'r1' }, say('42')]]);
  const provider = routed({
    router: cheapest(),
    candidates: [starting, candidate('b:1', 9e6, { tools: 'yes', contextTokens: 9 })],
  });
  expect(await read(provider)).toEqual([
    { type: 'start', requestId: 'r1', answeredBy: { id: 'a:1', price: starting.price } },
    { type: 'text_delta', index: 0, text: '42' },
    { type: 'finish', finishReason: 'stop' },
  ]);
  expect(provider.capabilities).toMatchObject({ tools: 'yes', vision: 'unknown' });
  expect(provider.price?.inputUsdPerMillion).toBe(9e6);
  expect(() => routed({ router: cheapest(), candidates: [] })).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => routed({ router: cheapest(), candidates: [starting, starting] })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});

test('an aborted routed call is cancelled, while the router waits too', async () => {
  const controller = new AbortController();
  const provider = routed({ router: { route: () => new Promise(() => undefined) }, candidates: [model('a:1', [])] });
  const reading = read(provider, { signal: controller.signal }).catch((error: unknown) => error);
  controller.abort();
  expect(await reading).toMatchObject({ code: 'cancelled' });
  await expect(read(provider, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
});

test('a call that fails before its first event is booked to whoever failed, at its price', async () => {
  const broken = providerError('overloaded', 'busy', { partial: { content: [], usage: used.usage } });
  const candidates = [model('a:1', [[broken]], 2), model('b:1', [], 50)];
  const provider = routed({ router: cheapest(), candidates });
  const failed = await new SingleAgent({ provider }).run('6 * 7?').catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'overloaded', partial: { costUsd: 10 } });
});

test('a judge that was aborted is paid for', async () => {
  const clock = fakeClock();
  const judge = scriptedProvider([[say('{'), used, pause(Infinity)]], { id: 'judge:1', price: price(1e6), clock });
  const candidates = [model('a:1', []), model('b:1', [])];
  const provider = routed({ router: judgeRouter({ provider: judge, clock }), candidates, clock });
  const controller = new AbortController();
  const running = new SingleAgent({ provider, clock }).run('6 * 7?', { signal: controller.signal });
  const failed = running.catch((error: unknown) => error);
  await clock.advance(1);
  controller.abort();
  expect(await failed).toMatchObject({ code: 'cancelled', partial: { costUsd: 5 } });
  expect(clock.timers).toBe(0);
});

test('a layer tells latency, cost and failure of every call, of aborted ones nothing', async () => {
  const clock = fakeClock();
  const learned: Outcome[] = [];
  const router: Router = { route: () => ({ providerId: '', reason: '' }), learn: (outcome) => learned.push(outcome) };
  const script: Script = [
    [say('a'), pause(250), used],
    [pause(10), fail('overloaded')],
    [pause(Infinity)],
    [breakOff()],
  ];
  const provider = learnFrom(router, { clock })(scriptedProvider(script, { id: 'a:1', price: price(1e6), clock }));

  const answered = read(provider);
  await clock.advance(250);
  await answered;
  const failed = read(provider).catch((error: unknown) => error);
  await clock.advance(10);
  expect(await failed).toMatchObject({ code: 'overloaded' });
  const controller = new AbortController();
  const aborted = read(provider, { signal: controller.signal }).catch((error: unknown) => error);
  await clock.advance(0);
  controller.abort();
  expect(await aborted).toMatchObject({ code: 'cancelled' });
  await expect(read(provider)).rejects.toMatchObject({ code: 'malformed_response' });

  expect(learned).toEqual([
    { providerId: 'a:1', request: question, latencyMs: 250, costUsd: 5 },
    { providerId: 'a:1', request: question, latencyMs: 10, error: 'overloaded' },
    { providerId: 'a:1', request: question, latencyMs: 0, error: 'malformed_response' },
  ]);
});

test('a run teaches the router that chose in it', async () => {
  const clock = fakeClock();
  const router = fastest({ clock });
  const slow = scriptedProvider([[pause(900), say('1')]], { id: 'a:1', clock });
  const quick = scriptedProvider([[pause(20), say('2')], [say('3')]], { id: 'b:1', clock });
  const agent = new SingleAgent({ provider: slow, candidates: [quick], router, clock });
  const texts: string[] = [];
  for (let at = 0; at < 3; at++) {
    const run = agent.run('6 * 7?');
    await clock.advance(1_000);
    const result = await run;
    texts.push(result.text);
    learnFromRun(router, result, 1);
  }
  expect(texts).toEqual(['1', '2', '3']);
});

test('the scores of a run go to the calls that went well, without the answer as question', async () => {
  const learned: Outcome[] = [];
  const router: Router = { ...cheapest(), learn: (outcome) => learned.push(outcome) };
  const result = await new SingleAgent({ provider: model('a:1', [[say('42'), used]]) }).run('6 * 7?');
  const [made] = result.calls;
  if (made === undefined) throw new Error('no call was booked');
  learnFromRun(
    router,
    { ...result, calls: [made, { ...made, error: 'timeout' }, { ...made, error: 'cancelled' }] },
    0.5,
  );
  expect(learned).toMatchObject([
    { providerId: 'a:1', score: 0.5, costUsd: 5, request: { messages: [user('6 * 7?')] } },
    { providerId: 'a:1', error: 'timeout' },
  ]);
  expect(learned[1]).not.toHaveProperty('score');
  expect(learned).toHaveLength(2);
});

test('the price for budgets is the highest of each kind, or not known', () => {
  const thinker = {
    ...candidate('a:1', 1),
    price: { inputUsdPerMillion: 5, outputUsdPerMillion: 1, reasoningUsdPerMillion: 9 },
  };
  const [known, unknown] = [candidate('b:1', 2), candidate('c:1')];
  const worst = routed({ router: cheapest(), candidates: [thinker, known] }).price;
  expect(worst).toMatchObject({ inputUsdPerMillion: 5, outputUsdPerMillion: 2, reasoningUsdPerMillion: 9 });
  expect(costUsd(noUsage, worst ?? price(1))).toBe(0);
  expect(routed({ router: cheapest(), candidates: [thinker, unknown] }).price).toBe(undefined);
});

test('a candidate that is wrapped keeps its id, so that layers and routers mix', async () => {
  const inner = model('a:1', [[say('42')]]);
  const provider = routed({
    router: cheapest(),
    candidates: [wrapProvider(inner, (request, within) => inner.stream(request, within))],
  });
  expect(textOf((await chat(provider, question)).message)).toBe('42');
});

const chooses = JSON.stringify({ reason: 'so', choice: 1 });

test("an agent's result, events and cost hold what its router asked, also where another router asked it", async () => {
  for (const wrap of [(router: Router) => router, (router: Router) => fallbackRouter({ order: [router] })]) {
    const judge = model('judge:1', [[say(chooses), used]]);
    const pool = [model('a:1', [[say('A'), used]]), model('b:1', [[say('B'), used]])] as const;
    const agent = new SingleAgent({
      provider: pool[0],
      candidates: [pool[1]],
      router: wrap(judgeRouter({ provider: judge })),
    });
    const told: string[] = [];
    let result;
    for await (const event of agent.stream('Q')) {
      if (event.type === 'step_start') told.push('step_start');
      if (event.type === 'model_call') told.push(event.call.providerId.slice(0, 5));
      if (event.type === 'finish') ({ result } = event);
    }
    expect(result?.calls.map(({ providerId }) => providerId)).toEqual(['judge:1', expect.stringMatching(/^[ab]:1$/)]);
    expect(result?.calls[0]).toMatchObject({ step: 0, branch: 0, usage: used.usage });
    expect(result?.costUsd).toBeCloseTo(
      (result?.calls ?? []).reduce((sum, made) => sum + (made.costUsd ?? 0), 0),
      12,
    );
    expect(told.slice(0, 2)).toEqual(['step_start', 'judge']);
    expect(told).toHaveLength(3);
  }
});

test('a judge that fails, and one that never answers, are booked in the error of the run', async () => {
  const pool = [candidate('a:1', 1), candidate('b:1', 1)] as const;
  const ask = (judge: ReturnType<typeof model>, signal?: AbortSignal): Promise<unknown> =>
    new SingleAgent({ provider: pool[0], candidates: [pool[1]], router: judgeRouter({ provider: judge }) })
      .run('Q', { signal })
      .catch((thrown: unknown) => thrown);
  const prose = await ask(model('judge:1', [[say('the first'), used]]));
  expect(prose).toMatchObject({ code: 'malformed_response', partial: { usage: used.usage } });
  expect(prose).toMatchObject({ partial: { state: { calls: [{ providerId: 'judge:1' }] } } });

  const controller = new AbortController();
  const hanging = model('judge:1', () => {
    controller.abort();
    return [say('let me'), pause(Infinity)];
  });
  const asking = ask(hanging, controller.signal);
  expect(await asking).toMatchObject({ code: 'cancelled', partial: { state: { calls: [{ providerId: 'judge:1' }] } } });
});
