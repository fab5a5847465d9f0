import { describe, expect, test } from 'vitest';

import { finish, hel, iterating, lo, never, opened, saying, start } from '../../test/opened-call.js';
import type { ChatEvent } from '../chat/chat-event.js';
import type { OpenedCall } from './model-stream.js';

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
    let keepAlive: () => void = () => undefined;
    const { stream, clock } = opened(async function* ({ connected }) {
      connected();
      yield hel;
      for (;;) {
        // The wire's comments arrive here, and are skipped.
        await new Promise<void>((resolve) => {
          keepAlive = resolve;
        });
      }
    });
    await stream.next();
    const failure = stream.next().catch((error: unknown) => error);
    for (let at = 0; at < 6; at++) {
      clock.advance(10_000);
      keepAlive();
      await Promise.resolve();
    }
    expect(await failure).toMatchObject({ code: 'timeout', details: { limit: 'betweenEvents' } });
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
