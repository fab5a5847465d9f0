import {
  attachPartial,
  call,
  chat,
  collect,
  isTakoError,
  providerError,
  unknownCapabilities,
  user,
  type ChatEvent,
  type Clock,
  type Provider,
} from '@tako/core';
import { expect, test } from 'vitest';

import { retry } from './retry.js';

const question = { messages: [user('Well?')] };
const say = (text: string): ChatEvent => ({ type: 'text_delta', index: 0, text });
const end: ChatEvent = { type: 'finish', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 1 } };
const overloaded = (retryAfterMs?: number): Error => providerError('overloaded', 'busy', { retryAfterMs });

/** Plays one script for each call: events are told, errors are thrown. */
function scripted(...scripts: readonly (readonly (ChatEvent | Error)[])[]): Provider & { calls: number } {
  const provider: Provider & { calls: number } = {
    contract: 1,
    id: 'test:model',
    capabilities: unknownCapabilities,
    price: { inputUsdPerMillion: 1_000_000, outputUsdPerMillion: 1_000_000 },
    calls: 0,
    async *stream() {
      for (const step of scripts[provider.calls++] ?? []) {
        if (step instanceof Error) throw step;
        yield step;
      }
    },
  };
  return provider;
}

/** A clock whose timers fire at once, and that remembers how long they were. */
function instantClock(): Clock & { readonly pausesMs: number[] } {
  let nowMs = 0;
  const pausesMs: number[] = [];
  return {
    pausesMs,
    now: () => nowMs,
    after(ms, callback) {
      pausesMs.push(ms);
      nowMs += ms;
      let isOff = false;
      queueMicrotask(() => {
        if (!isOff) callback();
      });
      return () => {
        isOff = true;
      };
    },
  };
}

test('a failure that may pass is tried again, and the failed try is told', async () => {
  const provider = scripted([overloaded()], [say('Yes.'), end]);
  const events: ChatEvent[] = [];
  for await (const event of retry({ clock: instantClock() })(provider).stream(question, call())) events.push(event);
  expect(events.map(({ type }) => type)).toEqual(['attempt', 'text_delta', 'finish']);
  expect(events[0]).toMatchObject({ providerId: 'test:model', error: 'overloaded' });
});

test('a stream that already delivered text is not tried again', async () => {
  const provider = scripted([say('Ye'), overloaded()], [say('Yes.'), end]);
  await expect(chat(retry({ clock: instantClock() })(provider), question)).rejects.toMatchObject({
    code: 'overloaded',
  });
  expect(provider.calls).toBe(1);
});

test('a stream that broke after its start, before any content, is tried again', async () => {
  const provider = scripted([{ type: 'start' }, overloaded()], [{ type: 'start' }, say('Yes.'), end]);
  const response = await collect(retry({ clock: instantClock() })(provider).stream(question, call()));
  expect(response.message.content).toEqual([{ type: 'text', text: 'Yes.' }]);
});

test('a failure that will not pass is thrown at once', async () => {
  const provider = scripted([providerError('auth', 'no')], [say('Yes.'), end]);
  await expect(chat(retry({ clock: instantClock() })(provider), question)).rejects.toMatchObject({ code: 'auth' });
  expect(provider.calls).toBe(1);
});

test('after the last try its error is thrown, with what all tries used', async () => {
  const paid = (): Error => attachPartial(overloaded(), { content: [], usage: { inputTokens: 5, outputTokens: 2 } });
  const provider = scripted([paid()], [paid()], [paid()]);
  const error: unknown = await chat(retry({ clock: instantClock() })(provider), question).catch(
    (thrown: unknown) => thrown,
  );
  expect(isTakoError(error, 'overloaded') && error.partial?.usage).toEqual({ inputTokens: 15, outputTokens: 6 });
  expect(provider.calls).toBe(3);
});

test('pauses are a random share of a limit that doubles and is bounded', async () => {
  const clock = instantClock();
  const failures = Array.from({ length: 5 }, () => [overloaded()]);
  const layer = retry({ clock, attempts: 6, baseDelayMs: 100, maxDelayMs: 400, random: () => 0.5 });
  await chat(layer(scripted(...failures, [say('Yes.'), end])), question);
  expect(clock.pausesMs).toEqual([50, 100, 200, 200, 200]);
});

test("the vendor's own wait wins over ours", async () => {
  const clock = instantClock();
  await chat(retry({ clock, maxDelayMs: 10 })(scripted([overloaded(3_000)], [say('Yes.'), end])), question);
  expect(clock.pausesMs).toEqual([3_000]);
});

test('a wait that would pass the deadline is not begun', async () => {
  const clock = instantClock();
  const provider = scripted([overloaded(90_000)], [say('Yes.'), end]);
  await expect(chat(retry({ clock, deadlineMs: 60_000 })(provider), question)).rejects.toMatchObject({
    retryAfterMs: 90_000,
  });
  expect(clock.pausesMs).toEqual([]);
});

test('an abort during the pause ends it with cancelled', async () => {
  const controller = new AbortController();
  const clock: Clock = { now: () => 0, after: () => () => undefined };
  const layer = retry({ clock, onRetry: () => queueMicrotask(() => controller.abort('enough')) });
  const asked = chat(layer(scripted([overloaded()])), question, call({ signal: controller.signal }));
  await expect(asked).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
});

test('wrong options are refused', () => {
  expect(() => retry({ attempts: 0 })).toThrow('attempts must be at least 1');
});
