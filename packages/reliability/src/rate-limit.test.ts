import {
  call,
  chat,
  providerError,
  unknownCapabilities,
  user,
  type ChatEvent,
  type Clock,
  type Provider,
} from '@tako/core';
import { expect, test } from 'vitest';

import { rateLimit } from './rate-limit.js';

const question = { messages: [user('Well?')] };

/** A clock that stands still until it is told to go on. */
function handClock(): Clock & { go(ms: number): Promise<void>; readonly timers: number } {
  let nowMs = 0;
  const timers = new Map<() => void, number>();
  return {
    get timers() {
      return timers.size;
    },
    now: () => nowMs,
    after(ms, callback) {
      const timer = (): void => callback();
      timers.set(timer, nowMs + ms);
      return () => timers.delete(timer);
    },
    async go(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        await new Promise(setImmediate);
        const due = [...timers].filter(([, atMs]) => atMs <= untilMs).toSorted((left, right) => left[1] - right[1])[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        nowMs = due[1];
        due[0]();
      }
      nowMs = untilMs;
      await new Promise(setImmediate);
    },
  };
}

function model(over: Partial<Provider> = {}): Provider {
  return {
    contract: 1,
    id: 'test:model',
    capabilities: unknownCapabilities,
    async *stream(): AsyncGenerator<ChatEvent> {
      yield { type: 'text_delta', index: 0, text: 'Yes.' };
      yield { type: 'finish', finishReason: 'stop', usage: { inputTokens: 50, outputTokens: 50 } };
    },
    ...over,
  };
}

/** Asks `times` times at once and counts the answers as they come. */
function askAll(provider: Provider, times: number): { answered: number; readonly errors: unknown[] } {
  const seen = { answered: 0, errors: [] as unknown[] };
  for (let at = 0; at < times; at++) {
    chat(provider, question).then(
      () => seen.answered++,
      (error: unknown) => seen.errors.push(error),
    );
  }
  return seen;
}

test('calls over the limit wait for their turn', async () => {
  const clock = handClock();
  const seen = askAll(rateLimit({ requestsPerMinute: 2, maxWaitMs: 120_000, clock })(model()), 4);
  await clock.go(0);
  expect(seen.answered).toBe(2);
  await clock.go(30_000);
  expect(seen.answered).toBe(3);
  await clock.go(30_000);
  expect(seen.answered).toBe(4);
  expect(clock.timers).toBe(0);
});

test('a turn that does not come in time is refused, with the wait that is left', async () => {
  const clock = handClock();
  const seen = askAll(rateLimit({ requestsPerMinute: 1, maxWaitMs: 1_000, clock })(model()), 2);
  await clock.go(1_000);
  expect(seen.answered).toBe(1);
  expect(seen.errors).toMatchObject([{ code: 'rate_limited', retryAfterMs: 59_000 }]);
});

test('tokens that were really used count against the limit', async () => {
  const clock = handClock();
  const seen = askAll(rateLimit({ tokensPerMinute: 100, concurrency: 1, clock })(model()), 2);
  await clock.go(0);
  expect(seen.answered).toBe(1);
  await clock.go(60_000);
  expect(seen.answered).toBe(2);
});

test('never more calls at once than allowed, and a consumer that leaves gives its slot back', async () => {
  const clock = handClock();
  const provider = rateLimit({ concurrency: 1, clock })(model());
  const first = provider.stream(question, call())[Symbol.asyncIterator]();
  await first.next();
  const seen = askAll(provider, 1);
  await clock.go(0);
  expect(seen.answered).toBe(0);
  await first.return?.();
  await clock.go(0);
  expect(seen.answered).toBe(1);
});

test("the vendor's wait holds for the calls that follow", async () => {
  const clock = handClock();
  let isLimited = true;
  const provider = rateLimit({ clock })(
    model({
      async *stream(): AsyncGenerator<ChatEvent> {
        if (isLimited) throw providerError('rate_limited', 'slow down', { retryAfterMs: 5_000 });
        yield { type: 'finish', finishReason: 'stop' };
      },
    }),
  );
  await expect(chat(provider, question)).rejects.toMatchObject({ code: 'rate_limited' });
  isLimited = false;
  const seen = askAll(provider, 1);
  await clock.go(4_999);
  expect(seen.answered).toBe(0);
  await clock.go(1);
  expect(seen.answered).toBe(1);
});

test('an abort while waiting ends the wait and leaves nothing behind', async () => {
  const clock = handClock();
  const controller = new AbortController();
  const provider = rateLimit({ requestsPerMinute: 1, clock })(model());
  await chat(provider, question);
  const waiting = chat(provider, question, call({ signal: controller.signal }));
  await Promise.all([
    expect(waiting).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' }),
    clock.go(0).then(() => controller.abort('enough')),
  ]);
  expect(clock.timers).toBe(0);
});

/** A model whose answers say how much of the vendor's limits is left. */
function tellingModel(headers: { readonly [name: string]: string }): Provider {
  return model({
    async *stream(): AsyncGenerator<ChatEvent> {
      yield { type: 'start', rateLimits: headers };
      yield { type: 'finish', finishReason: 'stop', usage: { inputTokens: 50, outputTokens: 50 } };
    },
  });
}

test.each([
  ['OpenAI', { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '1' }],
  ['Anthropic', { 'anthropic-ratelimit-requests-limit': '60', 'anthropic-ratelimit-requests-remaining': '1' }],
])("%s's own figures hold, also where no limit is set", async (_, headers) => {
  const clock = handClock();
  const limited = rateLimit({ clock })(tellingModel(headers));
  await chat(limited, question); // from here on it is known: 60 a minute, one is left
  await chat(limited, question);
  const third = chat(limited, question);
  await clock.go(999);
  expect(clock.timers).toBeGreaterThan(0); // it waits
  await clock.go(1);
  await expect(third).resolves.toMatchObject({ finishReason: 'stop' });
});

test("a limit of ours that is lower than the vendor's stays", async () => {
  const clock = handClock();
  const headers = { 'x-ratelimit-limit-requests': '600', 'x-ratelimit-remaining-requests': '599' };
  const limited = rateLimit({ clock, requestsPerMinute: 2, maxWaitMs: 0 })(tellingModel(headers));
  await chat(limited, question);
  await chat(limited, question);
  const third = chat(limited, question).catch((error: unknown) => error);
  await clock.go(0);
  expect(await third).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 });
});

test('what the vendor says does not count where it is not to be learned', async () => {
  const headers = { 'x-ratelimit-limit-requests': '1', 'x-ratelimit-remaining-requests': '0' };
  const limited = rateLimit({ clock: handClock(), learn: false })(tellingModel(headers));
  await chat(limited, question);
  await expect(chat(limited, question)).resolves.toMatchObject({ finishReason: 'stop' });
});
