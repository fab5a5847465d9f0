import {
  chat,
  providerError,
  unknownCapabilities,
  user,
  wrapProvider,
  type ChatEvent,
  type Clock,
  type Provider,
} from '@tako/core';
import { expect, test } from 'vitest';

import { reliable } from './reliable.js';

const question = { messages: [user('Well?')] };
const instant: Clock = {
  now: () => 0,
  after(_, callback) {
    queueMicrotask(callback);
    return () => undefined;
  },
};

/** A model that fails `failures` times, and tells a log of every call. */
function model(id: string, failures: number, log: string[]): Provider {
  let calls = 0;
  return {
    contract: 1,
    id,
    capabilities: unknownCapabilities,
    async *stream(): AsyncGenerator<ChatEvent> {
      log.push(`asks ${id}`);
      if (calls++ < failures) throw providerError('overloaded', 'busy');
      yield { type: 'finish', finishReason: 'stop' };
    },
  };
}

test('every try and every fallback is reserved, and an open circuit ends the trying', async () => {
  const log: string[] = [];
  const provider = reliable({
    fallback: { providers: [model('b:2', 0, log)] },
    retry: { attempts: 5, clock: instant },
    circuitBreaker: { failures: 2 },
    budget: (next) =>
      wrapProvider(next, (request, call) => {
        log.push(`reserves for ${next.id}`);
        return next.stream(request, call);
      }),
  })(model('a:1', 9, log));

  await chat(provider, question);

  expect(log).toEqual(['reserves for a:1', 'asks a:1', 'reserves for a:1', 'asks a:1', 'reserves for b:2', 'asks b:2']);
});

test('nothing is reserved while a call waits for the limiter', async () => {
  const log: string[] = [];
  const provider = reliable({
    rateLimit: { concurrency: 1, maxWaitMs: 0, clock: instant },
    retry: false,
    budget: (next) =>
      wrapProvider(next, (request, call) => {
        log.push('reserves');
        return next.stream(request, call);
      }),
  })({
    ...model('a:1', 0, log),
    async *stream(): AsyncGenerator<ChatEvent> {
      await new Promise(setImmediate);
      yield { type: 'finish', finishReason: 'stop' };
    },
  });

  const both = await Promise.allSettled([chat(provider, question), chat(provider, question)]);

  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(log).toEqual(['reserves']);
});
