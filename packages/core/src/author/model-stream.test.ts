import { getEventListeners } from 'node:events';

import { describe, expect, test } from 'vitest';

import { FakeClock } from '../../test/fake-clock.js';
import type { ChatEvent } from '../chat/chat-event.js';
import { providerError } from '../error/make-error.js';
import { TakoError } from '../error/tako-error.js';
import { call } from '../provider/call.js';
import { modelStream, type ModelStreamOptions, type OpenedCall } from './model-stream.js';

const hel: ChatEvent = { type: 'text_delta', index: 0, text: 'Hel' };
const lo: ChatEvent = { type: 'text_delta', index: 0, text: 'lo' };
const start: ChatEvent = { type: 'start', requestId: 'req_1' };
const finish: ChatEvent = { type: 'finish', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } };
const never = new Promise<never>(() => undefined);

/** A call under test: its stream, and everything that must be quiet when it is over. */
function opened(open: ModelStreamOptions['open'], options: Partial<ModelStreamOptions> = {}) {
  const clock = new FakeClock();
  const caller = new AbortController();
  let vendorSignal: AbortSignal | undefined;
  const stream = modelStream({
    call: call({ signal: caller.signal }),
    source: 'acme:small',
    clock,
    open: (given) => {
      vendorSignal = given.signal;
      return open(given);
    },
    toError: (error) =>
      error instanceof TakoError ? error : new TakoError('transport', 'broke off', { cause: error }),
    ...options,
  });
  return {
    stream,
    clock,
    caller,
    vendorSignal: () => vendorSignal,
    /** Asserts that nothing waits or listens any more. */
    expectQuiet() {
      expect(clock.pending, 'timers').toBe(0);
      expect(getEventListeners(caller.signal, 'abort'), 'listeners').toHaveLength(0);
    },
  };
}

async function* saying(...events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events;
}

async function drain(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('a stream that goes well', () => {
  test('is handed on as it is, and leaves nothing behind', async () => {
    const { stream, expectQuiet } = opened(() => saying(start, hel, lo, finish));
    expect(await drain(stream)).toEqual([start, hel, lo, finish]);
    expectQuiet();
  });

  test('begins when the first event is asked for, not before', async () => {
    let asked = 0;
    const { stream, clock } = opened(() => {
      asked++;
      return saying(finish);
    });
    expect(asked).toBe(0);
    expect(clock.pending).toBe(0);
    await drain(stream);
    expect(asked).toBe(1);
  });

  test('that is never started needs no clearing up', async () => {
    const { stream, expectQuiet } = opened(() => saying(finish));
    await stream.return();
    expectQuiet();
  });

  test('ends with its first finish: a second one, and what follows, is not told', async () => {
    let closed = false;
    const { stream, expectQuiet } = opened(async function* () {
      try {
        yield* [hel, finish, lo, finish];
      } finally {
        closed = true;
      }
    });
    expect(await drain(stream)).toEqual([hel, finish]);
    expect(closed).toBe(true);
    expectQuiet();
  });

  test('its vendor may fail after finish', async () => {
    const { stream, expectQuiet } = opened(async function* () {
      yield finish;
      throw new Error('reset');
    });
    expect(await drain(stream)).toEqual([finish]);
    expectQuiet();
  });

  test('unknown kinds of events pass', async () => {
    const unknown = { type: 'hologram_delta', index: 0 } as unknown as ChatEvent; // newer than this copy
    const { stream } = opened(() => saying(unknown, finish));
    expect(await drain(stream)).toEqual([unknown, finish]);
  });
});

describe('a stream that goes wrong', () => {
  test('without finish it is malformed, with what there was', async () => {
    const { stream, expectQuiet } = opened(() => saying(start, hel));
    await expect(drain(stream)).rejects.toMatchObject({
      code: 'malformed_response',
      source: 'acme:small',
      partial: { content: [{ type: 'text', text: 'Hel' }] },
    });
    expectQuiet();
  });

  test('with no event at all it is malformed too', async () => {
    const { stream, expectQuiet } = opened(() => saying());
    await expect(drain(stream)).rejects.toMatchObject({ code: 'malformed_response', partial: { content: [] } });
    expectQuiet();
  });

  test('a foreign error goes through toError, and carries what came before', async () => {
    const reset = new Error('reset');
    const { stream, expectQuiet } = opened(async function* () {
      yield hel;
      yield { type: 'usage', usage: { inputTokens: 5, outputTokens: 1 } };
      throw reset;
    });
    await expect(drain(stream)).rejects.toMatchObject({
      code: 'transport',
      cause: reset,
      partial: { content: [{ type: 'text', text: 'Hel' }], usage: { inputTokens: 5, outputTokens: 1 } },
    });
    expectQuiet();
  });

  test('an error of ours stays what it is', async () => {
    const error = providerError('rate_limited', 'slow down', { retryAfterMs: 5 });
    const { stream } = opened(async function* () {
      yield hel;
      throw error;
    });
    await expect(drain(stream)).rejects.toBe(error);
    expect(error.partial?.content).toEqual([{ type: 'text', text: 'Hel' }]);
  });

  test.each<[string, ModelStreamOptions['open']]>([
    [
      'open itself throws',
      () => {
        throw new Error('early');
      },
    ],
    [
      'open gives no iterator',
      () => ({
        [Symbol.asyncIterator]: () => {
          throw new Error('early');
        },
      }),
    ],
    [
      'next throws at once',
      () =>
        iterating({
          next: () => {
            throw new Error('early');
          },
        }),
    ],
    [
      'return throws at once',
      () =>
        iterating({
          next: () => Promise.reject(new Error('early')),
          return: () => {
            throw new Error('late');
          },
        }),
    ],
    [
      'return rejects',
      () =>
        iterating({ next: () => Promise.reject(new Error('early')), return: () => Promise.reject(new Error('late')) }),
    ],
  ])('%s: the error is ours, and nothing is left', async (_, open) => {
    const { stream, expectQuiet, vendorSignal } = opened(open);
    await expect(drain(stream)).rejects.toMatchObject({
      code: 'transport',
      cause: { message: 'early' },
      partial: { content: [] },
    });
    expect(vendorSignal()?.aborted).toBe(true);
    expectQuiet();
  });
});

describe('an abort', () => {
  test('before the first event: the vendor is not asked', async () => {
    let asked = false;
    const { stream, caller, expectQuiet } = opened(() => {
      asked = true;
      return saying(finish);
    });
    caller.abort('user left');
    await expect(drain(stream)).rejects.toMatchObject({
      code: 'cancelled',
      cause: 'user left',
      partial: { content: [] },
    });
    expect(asked).toBe(false);
    expectQuiet();
  });

  test('while the stream waits: cancelled at once, with the very reason and what there was', async () => {
    const { stream, caller, vendorSignal, expectQuiet } = opened(async function* ({ signal }) {
      yield hel;
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('the vendor client complains')), { once: true });
      });
    });
    await stream.next();
    const waiting = stream.next();
    caller.abort();
    await expect(waiting).rejects.toMatchObject({
      code: 'cancelled',
      partial: { content: [{ type: 'text', text: 'Hel' }] },
    });
    await expect(waiting).rejects.toHaveProperty('cause', caller.signal.reason);
    expect(vendorSignal()?.aborted).toBe(true);
    expectQuiet();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('of a vendor that ignores its signal, and its end, too', async () => {
    const { stream, caller, expectQuiet } = opened(() => iterating({ next: () => never, return: () => never }));
    const waiting = stream.next();
    caller.abort('enough');
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
    expectQuiet();
  });

  test('while the consumer holds an event: no further event is told', async () => {
    const { stream, caller, expectQuiet } = opened(() => saying(hel, lo, finish));
    await stream.next();
    caller.abort('enough');
    await expect(stream.next()).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
    expectQuiet();
  });

  test('while open runs', async () => {
    const { stream, caller, expectQuiet } = opened(() => {
      caller.abort('enough');
      return iterating({ next: () => never });
    });
    await expect(stream.next()).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
    expectQuiet();
  });

  test('after finish changes nothing', async () => {
    const { stream, caller, expectQuiet } = opened(() => saying(finish));
    expect(await stream.next()).toEqual({ done: false, value: finish });
    caller.abort();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expectQuiet();
  });

  test('with an error of ours as reason keeps it as cause', async () => {
    const reason = new TakoError('budget_exhausted', 'no more');
    const { stream, caller } = opened(() => iterating({ next: () => never }));
    const waiting = stream.next();
    caller.abort(reason);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled', cause: reason });
  });
});

describe('a consumer that leaves', () => {
  test('closes the vendor, and leaves nothing behind', async () => {
    let closed = false;
    const { stream, vendorSignal, expectQuiet } = opened(async function* () {
      try {
        yield hel;
        yield lo;
      } finally {
        closed = true;
      }
    });
    for await (const event of stream) {
      expect(event).toEqual(hel);
      break;
    }
    expect(closed).toBe(true);
    expect(vendorSignal()?.aborted).toBe(true);
    expectQuiet();
  });

  test('gets away from a vendor whose end waits for its request', async () => {
    const { stream, expectQuiet } = opened(({ signal }) =>
      iterating({
        next: () => Promise.resolve({ done: false, value: hel }),
        return: () =>
          new Promise((resolve) => {
            const end = () => resolve({ done: true, value: undefined });
            if (signal.aborted) end();
            else signal.addEventListener('abort', end, { once: true });
          }),
      }),
    );
    await stream.next();
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expectQuiet();
  });

  test('is not told of a vendor that fails to close', async () => {
    const { stream, expectQuiet } = opened(async function* () {
      try {
        yield hel;
      } finally {
        throw new Error('late'); // oxlint-disable-line no-unsafe-finally
      }
    });
    await stream.next();
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expectQuiet();
  });
});

describe('the four limits', () => {
  const hanging = (...events: readonly ChatEvent[]) =>
    async function* ({ connected }: OpenedCall): AsyncGenerator<ChatEvent> {
      connected();
      yield* events;
      await never;
    };

  test('no answer', async () => {
    const { stream, clock, vendorSignal, expectQuiet } = opened(() => iterating({ next: () => never }));
    const waiting = stream.next();
    clock.advance(30_000);
    await expect(waiting).rejects.toMatchObject({
      code: 'timeout',
      details: { limit: 'connect' },
      partial: { content: [] },
    });
    expect(vendorSignal()?.reason).toMatchObject({ code: 'timeout' });
    expectQuiet();
  });

  test('a warning before the request does not end the connect limit', async () => {
    const warning: ChatEvent = { type: 'warning', code: 'downgraded_response_format', message: 'No schemas here.' };
    const { stream, clock } = opened(async function* () {
      yield warning;
      await never;
    });
    await stream.next();
    const waiting = stream.next();
    clock.advance(30_000);
    await expect(waiting).rejects.toMatchObject({ details: { limit: 'connect' } });
  });

  test.each<ChatEvent>([
    start,
    { type: 'usage', usage: { inputTokens: 9, outputTokens: 0 } },
    { type: 'warning', code: 'downgraded', message: 'x' },
  ])('the first event is one with content: $type is none', async (event) => {
    const { stream, clock } = opened(hanging(event));
    await stream.next();
    const waiting = stream.next();
    clock.advance(119_999);
    clock.advance(1);
    await expect(waiting).rejects.toMatchObject({ code: 'timeout', details: { limit: 'firstEvent' } });
  });

  test.each<ChatEvent>([
    hel,
    { type: 'reasoning_delta', index: 0, text: 'Hm' },
    { type: 'tool_call_start', index: 0, id: 'call_1', name: 'weather' },
  ])('after $type the limit between events holds, and partial is kept', async (event) => {
    const { stream, clock, expectQuiet } = opened(hanging(event));
    await stream.next();
    const waiting = stream.next();
    clock.advance(60_000);
    await expect(waiting).rejects.toMatchObject({
      code: 'timeout',
      details: { limit: 'betweenEvents' },
      partial: { content: [{}] },
    });
    expectQuiet();
  });

  test('keep-alive that comes to no event does not count as one', async () => {
    const clock = new FakeClock();
    let keepAlive: () => void = () => undefined;
    const { stream } = opened(
      async function* ({ connected }) {
        connected();
        yield hel;
        for (;;) {
          // The wire's comments arrive here, and are skipped.
          await new Promise<void>((resolve) => {
            keepAlive = resolve;
          });
        }
      },
      { clock },
    );
    await stream.next();
    const waiting = stream.next();
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'timeout', details: { limit: 'betweenEvents' } });
    for (let at = 0; at < 6; at++) {
      clock.advance(10_000);
      keepAlive();
      await Promise.resolve();
    }
    await outcome;
  });

  test('a slow consumer is not the vendor being slow', async () => {
    const { stream, clock } = opened(() => saying(start, hel, lo, finish), { timeouts: { totalMs: Infinity } });
    for (const expected of [start, hel, lo, finish]) {
      expect(await stream.next()).toEqual({ done: false, value: expected });
      clock.advance(3_600_000);
    }
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('the whole call, also while the consumer holds an event', async () => {
    const { stream, clock, expectQuiet } = opened(() => saying(hel, lo, finish));
    await stream.next();
    clock.advance(600_000);
    await expect(stream.next()).rejects.toMatchObject({
      code: 'timeout',
      details: { limit: 'total', limitMs: 600_000 },
      partial: { content: [{ type: 'text', text: 'Hel' }] },
    });
    expectQuiet();
  });

  test('no limit counts after finish', async () => {
    const { stream, clock } = opened(() => saying(finish));
    await stream.next();
    expect(clock.pending).toBe(0);
    clock.advance(1e9);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

test('many calls on one signal leave no listener on it', async () => {
  const caller = new AbortController();
  for (let at = 0; at < 30; at++) {
    const options = { call: call({ signal: caller.signal }) };
    await drain(opened(() => saying(hel, finish), options).stream);
    await drain(opened(() => saying(hel), options).stream).catch(() => undefined);
  }
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
});

function iterating(iterator: AsyncIterator<ChatEvent>): AsyncIterable<ChatEvent> {
  return { [Symbol.asyncIterator]: () => iterator };
}
