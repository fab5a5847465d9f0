import { describe, expect, test } from 'vitest';

import type { ChatEvent } from '../chat/chat-event.js';
import { providerError } from '../error/make-error.js';
import { relayStream, type RelayOptions } from './relay-stream.js';

const warning: ChatEvent = { type: 'warning', code: 'limited', message: 'x' };
const hel: ChatEvent = { type: 'text_delta', index: 0, text: 'Hel' };
const finish: ChatEvent = { type: 'finish', finishReason: 'stop' };

/** A relay around `events`, and a log of what happened in which order. */
function relayed(
  events: readonly (ChatEvent | Error)[],
  options: Partial<RelayOptions> = {},
  first?: readonly ChatEvent[],
) {
  const log: string[] = [];
  async function* inner(): AsyncGenerator<ChatEvent> {
    try {
      for (const event of events) {
        if (event instanceof Error) throw event;
        yield event;
      }
    } finally {
      log.push('closed');
    }
  }
  const stream = relayStream({
    open: () => {
      log.push('open');
      return Promise.resolve({ events: inner(), first });
    },
    onEvent: ({ type }) => log.push(type),
    onFinish: () => void log.push('onFinish'),
    onFail: (error) => {
      log.push('onFail');
      return error;
    },
    onLeave: () => void log.push('onLeave'),
    ...options,
  });
  return { stream, log };
}

async function drain(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('a stream that goes well', () => {
  test('is handed on, seen, and told to be over once', async () => {
    const { stream, log } = relayed([hel, finish]);
    expect(log).toEqual([]);
    expect(await drain(stream)).toEqual([hel, finish]);
    expect(log).toEqual(['open', 'text_delta', 'onFinish', 'closed']);
  });

  test("begins with the layer's own events", async () => {
    const { stream } = relayed([hel, finish], {}, [warning]);
    expect(await drain(stream)).toEqual([warning, hel, finish]);
  });

  test('may have been read ahead to its finish', async () => {
    const { stream, log } = relayed([], {}, [hel, finish]);
    expect(await drain(stream)).toEqual([hel, finish]);
    expect(log.filter((entry) => entry === 'onFinish')).toHaveLength(1);
    expect(log).not.toContain('onFail');
  });

  test('ends with its first finish', async () => {
    expect(await drain(relayed([finish, hel, finish]).stream)).toEqual([finish]);
  });

  test('onFinish is done before finish is handed on', async () => {
    let settled = false;
    const { stream } = relayed([finish], {
      onFinish: async () => {
        await Promise.resolve();
        settled = true;
      },
    });
    for await (const event of stream) expect([event.type, settled]).toEqual(['finish', true]);
    expect(settled).toBe(true);
  });
});

describe('a stream that fails', () => {
  test('throws what onFail gives in its place, and is not left as well', async () => {
    const better = providerError('overloaded', 'better');
    const { stream, log } = relayed([hel, new Error('reset')], { onFail: () => better });
    await expect(drain(stream)).rejects.toBe(better);
    expect(log).toEqual(['open', 'text_delta', 'closed']);
  });

  test('without onFail it throws what it threw', async () => {
    const reset = new Error('reset');
    await expect(drain(relayed([reset], { onFail: undefined }).stream)).rejects.toBe(reset);
  });

  test('without finish it is malformed', async () => {
    const { stream, log } = relayed([hel]);
    await expect(drain(stream)).rejects.toMatchObject({ code: 'malformed_response' });
    expect(log).toContain('onFail');
  });

  test('that cannot be opened throws that, and there is nothing to fail or leave', async () => {
    const refused = providerError('budget_exhausted', 'no more');
    const { stream, log } = relayed([], { open: () => Promise.reject(refused) });
    await expect(drain(stream)).rejects.toBe(refused);
    expect(log).toEqual([]);
  });

  test('stays over', async () => {
    const { stream, log } = relayed([new Error('reset')]);
    const iterator = stream[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toThrow('reset');
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(log).not.toContain('onLeave');
  });

  test('that could not be opened is not opened again', async () => {
    let opened = 0;
    const open = () => Promise.reject(providerError('overloaded', `try ${++opened}`));
    const { stream, log } = relayed([], { open });
    const iterator = stream[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toThrow('try 1');
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(opened).toBe(1);
    expect(log).toEqual([]);
  });
});

describe('a consumer that leaves', () => {
  test('closes what is inside, then onLeave is told, once', async () => {
    const { stream, log } = relayed([hel, finish]);
    for await (const event of stream) {
      expect(event).toEqual(hel);
      break;
    }
    expect(log).toEqual(['open', 'text_delta', 'closed', 'onLeave']);
  });

  test('has left: no further event, and onLeave is not told again', async () => {
    const { stream, log } = relayed([hel, finish], {}, [warning, warning]);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await iterator.return?.();
    expect(log.filter((entry) => entry === 'onLeave')).toHaveLength(1);
  });

  test('before the first event: nothing was opened', async () => {
    const { stream, log } = relayed([hel, finish]);
    await stream[Symbol.asyncIterator]().return?.();
    expect(log).toEqual([]);
  });

  test('after finish has not left', async () => {
    const { stream, log } = relayed([finish]);
    for await (const event of stream) {
      expect(event).toEqual(finish);
      break;
    }
    expect(log).toEqual(['open', 'onFinish', 'closed']);
  });

  test('and what is inside fails to close: onLeave is told all the same', async () => {
    const events: AsyncIterator<ChatEvent> = {
      next: () => Promise.resolve({ done: false, value: hel }),
      return: () => Promise.reject(new Error('late')),
    };
    const { stream, log } = relayed([], {
      open: () => Promise.resolve({ events: { [Symbol.asyncIterator]: () => events } }),
    });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await expect(iterator.return?.()).rejects.toThrow('late');
    expect(log).toContain('onLeave');
  });
});

test('when onFinish fails, the consumer gets that error, and what is inside is closed', async () => {
  const { stream, log } = relayed([hel, finish], { onFinish: () => Promise.reject(new Error('store is down')) });
  await expect(drain(stream)).rejects.toThrow('store is down');
  expect(log).toContain('closed');
});

test('each iteration opens a stream of its own', async () => {
  const { stream, log } = relayed([hel, finish]);
  await drain(stream);
  expect(await drain(stream)).toEqual([hel, finish]);
  expect(log.filter((entry) => entry === 'open')).toHaveLength(2);
});
