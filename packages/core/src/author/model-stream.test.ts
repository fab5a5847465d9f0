import { getEventListeners } from 'node:events';

import { describe, expect, test } from 'vitest';

import { deferred } from '../../test/deferred.js';
import { drain, finish, hel, iterating, lo, never, opened, saying, start } from '../../test/opened-call.js';
import type { ChatEvent } from '../chat/chat-event.js';
import { providerError } from '../error/make-error.js';
import { TakoError } from '../error/tako-error.js';
import { call } from '../provider/call.js';
import type { ModelStreamOptions } from './model-stream.js';

describe('a stream that goes well', () => {
  test('is handed on as it is, and leaves nothing behind', async () => {
    const { stream, expectQuiet, vendorSignal } = opened(() => saying(start, hel, lo, finish));
    expect(await drain(stream)).toEqual([start, hel, lo, finish]);
    expect(vendorSignal()?.aborted, 'an answer that is read to its end is not cut off').toBe(false);
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
    expect(await stream.return()).toEqual({ done: true, value: undefined });
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

  test('while the consumer holds an event: the vendor is stopped at once, and the first failure stays', async () => {
    const { stream, caller, clock, vendorSignal } = opened(() => saying(hel, lo, finish));
    await stream.next();
    caller.abort('enough');
    expect(vendorSignal()?.aborted).toBe(true);
    clock.advance(600_000);
    await expect(stream.next()).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
  });

  test('in the moment in which an event arrives: the event is not told', async () => {
    const { promise: arrived, resolve: arrive } = deferred<IteratorResult<ChatEvent>>();
    const { stream, caller } = opened(() => iterating({ next: () => arrived }));
    const waiting = stream.next();
    arrive({ done: false, value: hel });
    await arrived;
    caller.abort('enough');
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
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

test('many calls on one signal leave no listener on it', async () => {
  const caller = new AbortController();
  for (let at = 0; at < 30; at++) {
    const options = { call: call({ signal: caller.signal }) };
    await drain(opened(() => saying(hel, finish), options).stream);
    await drain(opened(() => saying(hel), options).stream).catch(() => undefined);
  }
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
});
