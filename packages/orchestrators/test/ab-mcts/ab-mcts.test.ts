import {
  cancelled,
  customProvider,
  TakoError,
  type Provider,
  type RunEvent,
  type RunState,
  type Verifier,
} from '@tako/core';
import { fakeClock } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { AbMcts, readSearchTree, type AbMctsOptions } from '../../src/ab-mcts/index.js';
import { SeededRandom } from '../../src/routers/seeded-random.js';

const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
const usage = { inputTokens: 1_000_000, outputTokens: 0 };

/** A model that answers with a number: how far it came. A refinement comes further than what it refines. */
function climber(
  options: { fails?: (call: number) => boolean; id?: string; step?: number } = {},
): Provider & { calls: number } {
  const { fails = () => false, id = 'acme:climber', step = 0.1 } = options;
  const model = customProvider({
    id,
    price,
    async *stream({ messages }) {
      const call = provider.calls++;
      if (fails(call)) throw new TakoError('overloaded', 'busy');
      const before = messages.findLast(({ role }) => role === 'assistant')?.content[0];
      const from = before?.type === 'text' ? Number(before.text) : 0;
      yield (from + step).toFixed(2);
      yield { type: 'finish', finishReason: 'stop', usage };
    },
  });
  const provider = Object.assign(model, { calls: 0 });
  return provider;
}

const byValue: Verifier = { verify: ({ text }) => ({ score: Math.min(1, Number(text)), feedback: `it is ${text}` }) };

const search = (options: Partial<AbMctsOptions> = {}): AbMcts =>
  new AbMcts({ provider: climber(), verifier: byValue, ...options } as AbMctsOptions); // the parts fit together

async function events(orchestrator: AbMcts, state?: RunState): Promise<RunEvent[]> {
  const heard: RunEvent[] = [];
  for await (const event of orchestrator.stream(state === undefined ? 'go' : { state })) heard.push(event);
  return heard;
}

describe('what is found', () => {
  test('the best answer is given, paid for with all the others, and is the only one told as text', async () => {
    const heard = await events(search({ maxIterations: 6, parallel: 1, hedge: 1 }));
    const finish = heard.at(-1);
    expect(finish).toMatchObject({
      type: 'finish',
      result: { text: '0.60', stopReason: 'final', costUsd: 6, usage: { inputTokens: 6_000_000 }, steps: 6 },
    });
    expect(heard.flatMap((event) => (event.type === 'text_delta' ? [event.text] : []))).toEqual(['0.60']);
    expect(heard.filter(({ type }) => type === 'verifier_score')).toHaveLength(6);
  });

  test('an answer that reaches the target ends the search, and those under way', async () => {
    const result = await search({ maxIterations: 50, targetScore: 0.3, hedge: 1 }).run('go');
    expect(result).toMatchObject({ text: '0.30', stopReason: 'final' });
    expect(result.calls.length).toBeLessThan(20);
  });

  test('a target that is not reached is told apart', async () => {
    expect(await search({ maxIterations: 2, targetScore: 0.9 }).run('go')).toMatchObject({ stopReason: 'max_steps' });
  });

  test('a refinement sees the answer, its score and what was said of it', async () => {
    const asked: string[] = [];
    const model = customProvider({
      id: 'acme:m',
      async *stream({ messages }) {
        asked.push(JSON.stringify(messages));
        yield '0.40';
      },
    });
    await search({ provider: model, maxIterations: 2, parallel: 1, hedge: 1 }).run('the question');
    expect(asked).toHaveLength(2);
    for (const words of ['the question', '0.40', 'scored 0.40 of 1', '> it is 0.40']) expect(asked[1]).toContain(words);
  });

  test('the tree can be read, with the price of each answer', async () => {
    const tree = readSearchTree(await search({ maxIterations: 4, parallel: 1, hedge: 1 }).run('go'));
    expect(tree).toMatchObject([
      { id: 0, parent: undefined, score: 0.1, costUsd: 1, isChosen: false },
      { id: 1, parent: 0, score: 0.2, costUsd: 1, isChosen: false },
      { id: 2, parent: 1, score: 0.3 },
      { id: 3, parent: 2, score: 0.4, isChosen: true },
    ]);
  });
});

describe('what goes wrong', () => {
  const secondScore = (bad: unknown): Verifier => {
    let asked = 0;
    return {
      // A verifier in JavaScript may give anything.
      verify: (attempt, call) => (asked++ === 1 ? { score: bad as number } : byValue.verify(attempt, call)),
    };
  };

  test.each([
    ['NaN', Number.NaN],
    ['a text', '1'],
    ['nothing', undefined],
    ['2', 2],
    ['-1', -1],
    ['infinite', Infinity],
    ['infinite, below', -Infinity],
  ])('a score that is %s is no verdict; the search goes on', async (_, bad) => {
    const heard = await events(search({ verifier: secondScore(bad), maxIterations: 5, parallel: 1 }));
    expect(heard.filter(({ type }) => type === 'warning')).toMatchObject([{ code: 'verifier_failed' }]);
    expect(heard.at(-1)).toMatchObject({ result: { stopReason: 'final', costUsd: 5, calls: { length: 5 } } });
    expect(heard.filter(({ type }) => type === 'verifier_score')).toHaveLength(4);
  });

  test('a verifier that never has a verdict ends the search, and what there is no score for is no answer', async () => {
    const verifier: Verifier = { verify: () => Promise.reject(new Error('broken')) };
    await expect(search({ verifier, parallel: 1 }).run('go')).rejects.toMatchObject({ partial: { costUsd: 3 } });
  });

  test('a verifier that fails later leaves the best so far', async () => {
    let asked = 0;
    const verifier: Verifier = {
      verify: (attempt, call) => (asked++ > 1 ? Promise.reject(new Error('broken')) : byValue.verify(attempt, call)),
    };
    const result = await search({ verifier, parallel: 1, hedge: 1 }).run('go');
    expect(result).toMatchObject({ text: '0.20', stopReason: 'guard', costUsd: 5 });
  });

  test('a verifier that hangs is given up, and the search goes on', async () => {
    const clock = fakeClock();
    let asked = 0;
    const verifier: Verifier = {
      verify: (attempt, call) => (asked++ === 0 ? new Promise(() => undefined) : byValue.verify(attempt, call)),
    };
    const run = search({ verifier, maxIterations: 3, parallel: 1, clock }).run('go');
    await clock.advance(3_600_000);
    expect(await run).toMatchObject({ stopReason: 'final', calls: { length: 3 } });
  });

  test('an answer that reaches the target does not wait for the verdicts on the others', async () => {
    const clock = fakeClock();
    let asked = 0;
    const late: ((verdict: { score: number }) => void)[] = [];
    const verifier: Verifier = {
      verify: () => (asked++ < 2 ? new Promise((resolve) => late.push(resolve)) : { score: 1 }),
    };
    const result = await search({ verifier, parallel: 3, clock }).run('go');
    expect(result).toMatchObject({ stopReason: 'final', text: '0.10' });
    for (const answer of late) answer({ score: 0.5 });
    await clock.advance(0);
    expect(late).toHaveLength(2);
    expect(clock.timers).toBe(0);
  });

  test('at a limit the answers under way still end, and count', async () => {
    const verifier: Verifier = { verify: ({ messages }) => ({ score: messages.length / 10 }) };
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let calls = 0;
    const provider = customProvider({
      id: 'acme:gated',
      price,
      async *stream() {
        const call = ++calls;
        if (call === 3) open();
        // The first two come when the third is asked for, which is one too many.
        else await gate;
        yield `answer ${call}`;
        yield { type: 'finish', finishReason: 'stop', usage };
      },
    });
    const limits = { maxCalls: 3 };
    const result = await search({ provider, verifier, parallel: 4, limits }).run('go');
    expect(result).toMatchObject({ stopReason: 'budget', costUsd: 3 });
    expect(readSearchTree(result)?.filter(({ score }) => score !== undefined)).toHaveLength(3);
  });

  test('a router that hangs is given up', async () => {
    const clock = fakeClock();
    const router = { route: () => new Promise<never>(() => undefined) };
    const options: AbMctsOptions = { provider: climber(), router, candidates: [], clock, verifier: byValue };
    const ended = Promise.allSettled([new AbMcts(options).run('go')]);
    await clock.advance(200_000);
    expect(await ended).toMatchObject([{ reason: { code: 'timeout' } }]);
  });

  test('failed generations cost a call and never the search', async () => {
    const provider = climber({ fails: (call) => call % 2 === 1 });
    const result = await search({ provider, maxIterations: 6, parallel: 1 }).run('go');
    expect(result.calls).toHaveLength(6);
    expect(result.stopReason).toBe('final');
    expect(readSearchTree(result)?.filter(({ error }) => error === 'overloaded')).toHaveLength(3);
  });

  test('a generator that fails three times in a row is not asked again', async () => {
    const good = climber();
    const bad = climber({ id: 'acme:bad', fails: () => true });
    const result = await search({ provider: undefined, generators: { bad, good }, maxIterations: 12, parallel: 1 }).run(
      'go',
    );
    expect(bad.calls).toBe(3);
    expect(result.calls).toHaveLength(12);
  });

  test('where none can answer, the failure is thrown with what was paid', async () => {
    const provider = climber({ fails: () => true });
    await expect(search({ provider }).run('go')).rejects.toMatchObject({ code: 'overloaded' });
    expect(provider.calls).toBe(6); // four at first, and one for each of the first two that failed
  });

  test('a limit leaves the best so far', async () => {
    const result = await search({ maxIterations: 20, parallel: 1, hedge: 1, limits: { maxCalls: 3 } }).run('go');
    expect(result).toMatchObject({ text: '0.30', stopReason: 'budget', calls: { length: 3 } });
  });

  test.each<[string, Partial<AbMctsOptions>]>([
    ['no generator', { provider: undefined, generators: {} }],
    ['no iterations', { maxIterations: 0 }],
    ['half a worker at a time', { parallel: 0.5 }],
    ['a target above 1', { targetScore: 2 }],
    ['a negative hedge', { hedge: -1 }],
    ['an unknown policy', { policy: 'luck' as never }],
    ['a seed that is none', { seed: Number.NaN }],
    ['a verifier that is none', { verifier: 'tests' as never }],
  ])('refuses %s', async (_, options) => {
    await expect((async () => search(options).run('go'))()).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('chance', () => {
  /** Answers after a random time, so that they come in any order. */
  function slow(seed: number): Provider {
    const random = new SeededRandom(seed);
    return customProvider({
      id: 'acme:slow',
      async *stream({ messages }) {
        for (let turn = Math.floor(random.next() * 20); turn > 0; turn--) await Promise.resolve();
        const depth = messages.filter(({ role }) => role === 'assistant').length;
        yield (0.2 + 0.15 * depth).toFixed(2);
      },
    });
  }
  const treeOf = async (seed: number, timing: number, policy: AbMctsOptions['policy'] = 'aggregate') =>
    readSearchTree(await search({ provider: slow(timing), seed, maxIterations: 20, policy }).run('go'));

  test('the same seed finds the same tree, in whatever order answers come', async () => {
    expect(await treeOf(5, 1)).toEqual(await treeOf(5, 2));
    expect(await treeOf(5, 1)).not.toEqual(await treeOf(6, 1));
  });

  test.each(['aggregate', 'mixed', 'best_of_n', 'refine', 'mcts', 'best_first', 'tree_of_thoughts'] as const)(
    '%s: a search that is killed at any step is resumed to the same tree',
    async (policy) => {
      const options = { policy, maxIterations: 8, parallel: 3, seed: 3 };
      const states: RunState[] = [];
      const whole = await search(options).run('go', { onState: (state) => void states.push(structuredClone(state)) });
      for (const state of states) {
        const resumed = await search(options).run({ state });
        expect(readSearchTree(resumed)?.map(({ parent, score }) => [parent, score])).toEqual(
          readSearchTree(whole)?.map(({ parent, score }) => [parent, score]),
        );
        expect(resumed.text).toBe(whole.text);
      }
    },
  );

  test('neither do failures and bad scores on the way change what a resumed search finds', async () => {
    // What comes of an answer depends on its letters alone, so that one that is made again is the same.
    const luckOf = (text: string): number =>
      [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 97, 7);
    const model = (letter: string): Provider =>
      customProvider({
        id: `acme:${letter}`,
        async *stream({ messages }) {
          const above = messages.findLast(({ role }) => role === 'assistant')?.content[0];
          const text = `${above?.type === 'text' ? above.text : ''}${letter}`;
          if (luckOf(text) % 4 === 0) throw new TakoError('overloaded', 'busy');
          yield text;
        },
      });
    const bad = [2, Number.NaN, -1, Infinity];
    const verifier: Verifier = {
      verify: ({ text }) => ({ score: luckOf(text) % 4 === 1 ? (bad[luckOf(text) % 7] ?? 2) : luckOf(text) / 100 }),
    };
    const generators = Object.fromEntries([...'abcdefgh'].map((letter) => [letter, model(letter)]));
    const options = { provider: undefined, generators, verifier, maxIterations: 12, parallel: 2, seed: 4 };
    const states: RunState[] = [];
    const whole = await search(options).run('go', { onState: (state) => void states.push(structuredClone(state)) });
    const shape = (result: { readonly state: RunState }) =>
      readSearchTree(result)?.map(({ parent, score, error }) => [parent, score, error]);
    expect(shape(whole)?.map(([, , error]) => error)).toEqual(
      expect.arrayContaining([undefined, 'malformed_response', 'overloaded']),
    );
    for (const state of states) expect(shape(await search(options).run({ state }))).toEqual(shape(whole));
  });

  test('a checkpoint gets every state that `onState` gets', async () => {
    const kept: string[] = [];
    const checkpoint = (state: RunState): void => void kept.push(JSON.stringify(state));
    const told: string[] = [];
    await search({ maxIterations: 3, checkpoint }).run('go', {
      onState: (state) => void told.push(JSON.stringify(state)),
    });
    expect(kept.length).toBeGreaterThan(3);
    expect(kept).toEqual(told);
  });
});

test('a damaged state is read as far as it can be', async () => {
  const { state } = await search({ maxIterations: 3, parallel: 1 }).run('go');
  const done = { ...(state.progress?.['done'] as object), 'trial:1': null, 'trial:x': 1, 'trial:9': { parent: 99 } };
  const damaged = { ...state, progress: { ...state.progress, done } };
  expect(readSearchTree({ state: damaged })?.map(({ id }) => id)).toEqual([0, 2, 9]);
  expect(readSearchTree({ state: { ...state, kind: 'trinity' } })).toBeUndefined();
});

describe('routers', () => {
  test('a router chooses for each answer, and is told how good it was', async () => {
    const [weak, strong] = [climber({ id: 'acme:weak', step: 0.01 }), climber({ id: 'acme:strong', step: 0.2 })];
    const learned: unknown[] = [];
    let turn = 0;
    const router: AbMctsOptions['router'] = {
      route: ({ candidates }) => ({
        providerId: candidates[turn++ % 2]?.id ?? '',
        reason: 'in turn',
        features: [turn],
      }),
      learn: ({ providerId, score, features }) => void learned.push([providerId, score, features]),
    };
    const options = {
      provider: weak,
      candidates: [strong],
      router,
      verifier: byValue,
      maxIterations: 2,
      parallel: 1,
      hedge: 0,
    };
    const result = await new AbMcts(options).run('go');
    expect(learned[0]).toEqual(['acme:weak', 0.01, [1]]);
    expect(result.calls.map(({ providerId }) => providerId)).toEqual(['acme:weak', 'acme:strong']);
  });

  test('one that names nobody fails the run with `invalid`', async () => {
    const router = { route: () => ({ providerId: 'nobody', reason: '' }) };
    const options = { provider: climber(), candidates: [], router, verifier: byValue };
    await expect(new AbMcts(options).run('go')).rejects.toMatchObject({ code: 'invalid' });
  });
});

test('an abort stops every answer under way', async () => {
  const stop = new AbortController();
  let running = 0;
  const provider = customProvider({
    id: 'acme:hanging',
    async *stream(_, { signal }) {
      running++;
      try {
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(cancelled(signal.reason));
          });
          if (running === 3) stop.abort('enough');
        });
      } finally {
        running--;
      }
      yield 'never';
    },
  });
  const run = search({ provider, parallel: 3 }).run('go', { signal: stop.signal });
  await expect(run).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
  expect(running).toBe(0);
});
