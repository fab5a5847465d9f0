import { call, chat, textOf, type ChatEvent } from '@tako/core';
import {
  callTool,
  chunks,
  fail,
  fakeClock,
  finish,
  pause,
  say,
  scriptedProvider,
  usage,
  type ScriptedProvider,
} from '@tako/testing';
import { expect, test } from 'vitest';

import { SingleAgent } from '../../src/index.js';
import { cascade } from '../../src/routers/index.js';
import { exactly, llmJudge } from '../../src/verifiers/index.js';
import { accounts, attempts, candidate, model, price, question, read, used } from './pool.js';

const right = exactly('42');

test('a cascade takes a cheap answer that is good enough', async () => {
  const [small, large] = [model('small:1', [[chunks('42', 2), used]]), model('large:1', [], 10)];
  const result = await new SingleAgent({
    provider: cascade({ steps: [{ provider: small }, { provider: large }], verifier: right }),
  }).run('6 * 7?');
  expect(result.text).toBe('42');
  expect(accounts(result.calls)).toEqual([['small:1', 5, 'stop']]);
});

test('a cascade pays for drafts that are not taken, and for the judge; the last answer streams', async () => {
  const judge = llmJudge({
    provider: model(
      'judge:1',
      [
        [say('{"feedback":"no","mark":2}'), used],
        [say('prose'), used],
      ],
      3,
    ),
  });
  const steps = ['small:1', 'middle:1'].map((id) => ({ provider: model(id, [[say('41'), used]]) }));
  const large = model('large:1', [[chunks('42!', 3), used]], 10);
  const agent = new SingleAgent({ provider: cascade({ steps: [...steps, { provider: large }], verifier: judge }) });
  const deltas: string[] = [];
  const warnings: string[] = [];
  for await (const event of agent.stream('6 * 7?')) {
    if (event.type === 'text_delta') deltas.push(event.text);
    if (event.type === 'warning') warnings.push(event.code);
    if (event.type !== 'finish') continue;
    expect(accounts(event.result.calls)).toEqual([
      ['judge:1', 15, 'stop'],
      ['judge:1', 15, 'stop'],
      ['middle:1', 5, 'stop'],
      ['small:1', 5, 'stop'],
      ['large:1', 50, 'stop'],
    ]);
    expect(event.result.costUsd).toBe(90);
  }
  expect(deltas).toEqual(['4', '2', '!']);
  expect(warnings).toEqual(['verifier_failed']);
});

test.for([
  [
    'throws',
    () => {
      throw new TypeError('oh');
    },
  ],
  ['gives NaN', () => ({ score: Number.NaN })],
  ['gives 2', () => ({ score: 2 })],
  ['gives -1', () => ({ score: -1 })],
  ['gives Infinity', () => ({ score: Infinity })],
  ['gives 2', () => ({ score: 2 })],
  ['gives -1', () => ({ score: -1 })],
  ['gives nothing', () => undefined as never],
] as const)('a verifier that %s leads to the next model, with a warning', async ([, verify]) => {
  const events = await read(
    cascade({
      steps: [{ provider: model('a:1', [[say('1'), used]]) }, { provider: model('b:1', [[say('2'), used]]) }],
      verifier: { verify },
    }),
  );
  expect(events.map(({ type }) => type)).toEqual(['warning', 'attempt', 'start', 'text_delta', 'usage', 'finish']);
});

test('a verifier that hangs leads to the next model, and its judge is paid for', async () => {
  const clock = fakeClock();
  const hung = scriptedProvider([[say('{'), used, pause(Infinity)]], { id: 'judge:1', price: price(1e6), clock });
  const steps = [{ provider: model('a:1', [[say('1'), used]]) }, { provider: model('b:1', [[say('2'), used]]) }];
  const reading = read(cascade({ steps, verifier: llmJudge({ provider: hung, clock }), timeoutMs: 100, clock }));
  await clock.advance(100);
  const events = await reading;
  expect(attempts(events)).toEqual([
    ['judge:1', 5, 'cancelled'],
    ['a:1', 5, 'stop'],
  ]);
  expect(clock.timers).toBe(0);
});

test('a model that fails leads to the next; where the last fails the best draft is the answer, paid for once', async () => {
  const steps = [
    { provider: model('a:1', [[say('4'), used]]), minScore: 0.9 },
    { provider: model('b:1', [[say('42'), used]]), minScore: 0.9 },
    { provider: model('c:1', [[say('no'), used]]), minScore: 0.9 },
    { provider: model('d:1', [[say('x'), used, fail('provider')]]) },
    { provider: model('e:1', [[usage({ inputTokens: 2, outputTokens: 0 }), fail('overloaded')]]) },
  ];
  const verifier = { verify: ({ text }: { text: string }) => ({ score: { '4': 0.5, '42': 0.8 }[text] ?? 0.1 }) };
  const provider = cascade({ steps, verifier });
  const events = await read(provider);
  expect(attempts(events)).toEqual([
    ['a:1', 5, 'stop'],
    ['c:1', 5, 'stop'],
    ['d:1', 5, 'provider'],
    ['e:1', 2, 'overloaded'],
  ]);
  expect(events.slice(-5)).toMatchObject([
    { type: 'warning', code: 'escalation_failed' },
    { type: 'start', answeredBy: { id: 'b:1' } },
    { type: 'text_delta', text: '42' },
    { type: 'usage' },
    { type: 'finish' },
  ]);
});

test('where every model fails the error is that of the last', async () => {
  const steps = [{ provider: model('a:1', [[fail('provider')]]) }, { provider: model('b:1', [[fail('overloaded')]]) }];
  await expect(read(cascade({ steps, verifier: right }))).rejects.toMatchObject({ code: 'overloaded' });
});

test('a failure after the first word of the last answer is thrown, and the draft is paid for', async () => {
  const steps = [
    { provider: model('a:1', [[say('41'), used]]) },
    { provider: model('b:1', [[say('4'), fail('transport')]]) },
  ];
  const events: ChatEvent[] = [];
  const reading = (async () => {
    for await (const event of cascade({ steps, verifier: right }).stream(question, call())) events.push(event);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'transport' });
  expect(attempts(events)).toEqual([['a:1', 5, 'stop']]);
});

test('an answer that calls tools is taken as it is, a cut one is not', async () => {
  const never = { verify: () => Promise.reject(new Error('asked')) };
  const tools = cascade({
    steps: [{ provider: model('a:1', [[callTool('echo')]]) }, { provider: model('b:1', []) }],
    verifier: never,
  });
  expect((await chat(tools, question)).finishReason).toBe('tool_calls');
  const cut = cascade({
    steps: [{ provider: model('a:1', [[say('4'), finish('length')]]) }, { provider: model('b:1', [[say('42')]]) }],
    verifier: never,
  });
  expect(textOf((await chat(cut, question)).message)).toBe('42');
});

test('an aborted cascade is cancelled within one event, its drafts and judges are paid for', async () => {
  for (const at of ['draft', 'judge', 'last'] as const) {
    const clock = fakeClock();
    const hang = [say('4'), used, pause(Infinity)];
    const make = (id: string, where: string, text = '41'): ScriptedProvider =>
      scriptedProvider([at === where ? hang : [say(text), used]], { id, price: price(1e6), clock });
    const steps = [{ provider: make('a:1', 'draft') }, { provider: make('b:1', 'last') }];
    const verifier = llmJudge({ provider: make('judge:1', 'judge', '{"feedback":"","mark":1}'), clock });
    const controller = new AbortController();
    const running = new SingleAgent({ provider: cascade({ steps, verifier, clock }), clock }).run('6 * 7?', {
      signal: controller.signal,
    });
    const failed = running.catch((error: unknown) => error);
    await clock.advance(1);
    controller.abort();
    const expected = { draft: 5, judge: 10, last: 15 }[at];
    expect(await failed, at).toMatchObject({ code: 'cancelled', partial: { costUsd: expected } });
    expect(clock.timers).toBe(0);
  }
});

test('models that cannot take the request are left out; where nobody can, nobody is asked', async () => {
  const steps = [{ provider: candidate('a:1', 1, { contextTokens: 1 }) }, { provider: model('b:1', [[say('42')]]) }];
  expect(textOf((await chat(cascade({ steps, verifier: right }), question)).message)).toBe('42');
  await expect(read(cascade({ steps, verifier: right, maxUsd: 0 }))).rejects.toMatchObject({
    code: 'budget_exhausted',
  });
  expect(() => cascade({ steps: [], verifier: right })).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => cascade({ steps: [{ provider: candidate('a:1'), minScore: 2 }], verifier: right })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});
