import { isTakoError, tool, type Orchestrator, type RunEvent } from '@tako/core';
import { callTool, chunks, fakeClock, fail, scriptedProvider, trackedSignal } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { SingleAgent } from '../../src/index.js';
import { SelfCaller } from '../../src/self-caller/index.js';
import { Trinity, type RoleRouter } from '../../src/trinity/index.js';
import { playRun, says, speaker } from './speakers.js';

const content = { verify: () => ({ score: 1 }) };
const place = { step: 0, branch: 0 };
const started: RunEvent = { type: 'run_start', runId: 'r', kind: 'foreign' };

/** An orchestrator of somebody else's, that tells these events. */
function foreign(stream: () => AsyncIterable<RunEvent>): Orchestrator {
  return { contract: 1, kind: 'foreign', stream, run: () => Promise.reject(new Error('nobody runs it')) };
}

/** A team in which everybody only answers, in turn. */
function team(agents: Record<string, Orchestrator | ReturnType<typeof speaker>>): Trinity {
  const names = Object.keys(agents);
  const router: RoleRouter = {
    choose: ({ turns }) => ({ agent: names[turns.length] ?? '', role: 'worker', reason: 'in turn' }),
  };
  return new Trinity({ agents, router, maxTurns: names.length, turnTimeoutMs: 1_000 });
}

describe('a worker', () => {
  test.each<[string, Orchestrator, code: string]>([
    ['that throws before its first event', foreign(() => failing([])), 'provider'],
    ['that throws what is no error', foreign(() => failing([started], 'a text')), 'provider'],
    ['that ends without its end', foreign(() => telling([started])), 'malformed_response'],
    ['that tells nothing at all', foreign(() => telling([])), 'malformed_response'],
    [
      'whose model fails',
      new SingleAgent({ provider: scriptedProvider(() => [fail('rate_limited')]) }),
      'rate_limited',
    ],
  ])('%s fails with its own code, and another one answers', async (_, bad, code) => {
    const { result, events } = await playRun(team({ bad, good: speaker('a:good', () => says('good')) }), 'Q');
    expect(result.text).toBe('good');
    const ends = events.flatMap((event) => (event.type === 'branch_end' ? [event.error] : []));
    expect(ends).toEqual([code, undefined]);
    await expect(new SelfCaller({ inner: bad, guard: content }).run('Q')).rejects.toMatchObject({ code });
  });

  test('that answers nothing gives an empty answer, which the guard sees', async () => {
    const seen: string[] = [];
    const guard = { verify: ({ text }: { text: string }) => (seen.push(text), { score: text === '' ? 0 : 1 }) };
    let drafts = 0;
    const inner = speaker('inner:x', () => (drafts++ === 0 ? [] : says('something')));
    const { result } = await playRun(new SelfCaller({ inner, guard }), 'Q');
    expect(seen).toEqual(['', 'something']);
    expect(result).toMatchObject({ text: 'something', stopReason: 'final' });
  });

  test('that answers 1 MiB in a thousand pieces gives all of it', async () => {
    const inner = scriptedProvider(() => [chunks('x'.repeat(1_048_576), 1_000)]);
    const { result } = await playRun(new SelfCaller({ inner, guard: content }), 'Q');
    expect(result.text).toHaveLength(1_048_576);
  });

  test('that tells events without end and knows no signal is stopped by the abort', async () => {
    const tracked = trackedSignal();
    let isClosed = false;
    async function* endless(): AsyncGenerator<RunEvent> {
      try {
        yield started;
        for (;;) yield { type: 'text_delta', ...place, text: 'more ' };
      } finally {
        isClosed = true;
      }
    }
    const seen: RunEvent[] = [];
    const running = (async () => {
      const caller = new SelfCaller({ inner: foreign(endless), guard: content });
      for await (const event of caller.stream('Q', { signal: tracked.signal })) {
        seen.push(event);
        if (seen.length === 20) tracked.abort('enough');
      }
    })();
    await expect(running).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
    expect(seen).toHaveLength(20);
    expect([isClosed, tracked.listeners]).toEqual([true, 0]);
  });

  test('that hangs and knows no signal costs its turn, and is left a second after its time', async () => {
    const clock = fakeClock();
    const deaf = foreign(async function* () {
      yield started;
      await new Promise(() => undefined);
    });
    const router: RoleRouter = {
      choose: ({ turns }) => ({ agent: turns.length === 0 ? 'deaf' : 'good', role: 'worker', reason: 'in turn' }),
    };
    const agents = { deaf, good: speaker('a:good', () => says('good')) };
    const running = new Trinity({ agents, router, maxTurns: 2, turnTimeoutMs: 100, clock }).run('Q');
    await clock.advance(1_100);
    expect(await running).toMatchObject({ text: 'good' });
    expect(clock.timers).toBe(0);
  });

  test('that hangs and knows no signal does not hold up a consumer that leaves', async () => {
    const clock = fakeClock();
    const deaf = foreign(async function* () {
      yield started;
      await new Promise(() => undefined);
    });
    const events = new SelfCaller({ inner: deaf, guard: content, clock }).stream('Q');
    await events.next();
    await events.next();
    const left = events.return();
    await clock.advance(1_000);
    expect(await left).toMatchObject({ done: true });
    expect(clock.timers).toBe(0);
  });
});

test('a run that its only worker failed can be resumed: the worker is asked again', async () => {
  const broken = new SelfCaller({ inner: scriptedProvider(() => [fail('overloaded')]), guard: content });
  const error: unknown = await broken.run('Q').catch((thrown: unknown) => thrown);
  const state = isTakoError(error) ? error.partial?.state : undefined;
  if (state === undefined) throw new Error('the error has no state');
  const well = new SelfCaller({ inner: speaker('inner:x', () => says('good')), guard: content });
  const result = await well.run({ state: structuredClone(state) });
  expect(result).toMatchObject({ text: 'good', steps: 1 });
  expect(result.calls).toHaveLength(2);
});

test('resumed, a worker that failed goes on where it failed: what its tools did is not done again', async () => {
  let looks = 0;
  const look = tool({ name: 'look', execute: () => `seen ${++looks}` });
  const caller = (isWell: boolean): SelfCaller => {
    const provider = scriptedProvider(({ messages }) => {
      if (messages.at(-1)?.role !== 'tool') return [callTool('look')];
      return isWell ? says('good') : [fail('overloaded')];
    });
    const inner = new SelfCaller({ inner: new SingleAgent({ provider, tools: [look] }), guard: content });
    return new SelfCaller({ inner, guard: content });
  };
  const error: unknown = await caller(false)
    .run('Q')
    .catch((thrown: unknown) => thrown);
  const state = isTakoError(error) ? error.partial?.state : undefined;
  if (state === undefined) throw new Error('the error has no state');
  const result = await caller(true).run({ state: structuredClone(state) });
  expect(result).toMatchObject({ text: 'good', steps: 1, stopReason: 'final' });
  expect(looks).toBe(1);
  expect(result.calls.map((call) => call.error)).toEqual([undefined, 'overloaded', undefined]);
});

test('a limit of time that is reached while a state is saved is a limit, and no failure to save', async () => {
  const clock = fakeClock();
  let saved = 0;
  const guard = { verify: () => ({ score: 0 }) };
  const caller = new SelfCaller({
    inner: speaker('inner:x', () => says('draft')),
    guard,
    limits: { timeoutMs: 50 },
    clock,
  });
  const running = caller.run('Q', { onState: () => (++saved < 4 ? undefined : new Promise<void>(() => undefined)) });
  await clock.advance(50);
  expect(await running).toMatchObject({ text: 'draft', stopReason: 'budget' });
});

test('a state that cannot be saved ends the run, also where a guard was asked or a worker was at it', async () => {
  const states = 5;
  for (let bad = 0; bad < states; bad++) {
    let saved = 0;
    const inner = speaker('inner:x', () => says('draft'));
    const run = new SelfCaller({ inner, guard: { verify: () => ({ score: 0 }) } }).run('Q', {
      onState: () => {
        if (saved++ === bad) throw new Error('the disk is full');
      },
    });
    await expect(run).rejects.toThrow(/onState|hook/);
  }
});

test('input that cannot be run leaves no listener', async () => {
  const tracked = trackedSignal();
  const caller = new SelfCaller({ inner: speaker('inner:x', () => says('x')), guard: content });
  await expect(caller.run([], { signal: tracked.signal })).rejects.toMatchObject({ code: 'invalid' });
  expect(tracked.listeners).toBe(0);
});

async function* telling(events: readonly RunEvent[]): AsyncGenerator<RunEvent> {
  yield* events;
}

async function* failing(events: readonly RunEvent[], thrown: unknown = new Error('boom')): AsyncGenerator<RunEvent> {
  yield* events;
  throw thrown;
}
