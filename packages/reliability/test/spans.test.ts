import { chat, providerError, traceCalls, user, type Clock, type ProviderLayer } from '@tako/core';
import { fail, fakeClock, pause, say, scriptedProvider, SpanBook, type Script } from '@tako/testing';
import { expect, test } from 'vitest';

import { circuitBreaker, fallback, hedge, rateLimit, retry } from '../src/index.js';

const question = { messages: [user('Well?')] };

/** A clock on which every wait is over at once, and has taken its time. */
function leaping(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    after(ms, callback) {
      queueMicrotask(() => {
        nowMs += ms;
        callback();
      });
      return () => undefined;
    },
  };
}

/** Calls of a scripted model through a layer, told to a book. */
function told(script: Script, layer: ProviderLayer) {
  const book = new SpanBook();
  const provider = traceCalls(book.tracer)(layer(scriptedProvider(script, { id: 'acme:m' })));
  const events = () => book.spans.map(({ eventAttributes }) => eventAttributes.filter(([name]) => isOurs(name)));
  return { book, events, ask: () => chat(provider, question).catch((error: unknown) => error) };
}

function isOurs(name: string): boolean {
  return name !== 'first_chunk' && name !== 'attempt';
}

test('a retry says which try it is, why, and how long it waited', async () => {
  const layer = retry({ random: () => 0.5, baseDelayMs: 100, clock: leaping() });
  const { ask, events, book } = told([[fail('overloaded', 'busy')], [fail('transport', 'cut')], [say('Fine.')]], layer);
  await ask();
  expect(events()).toEqual([
    [
      ['retry', { attempt: 2, pauseMs: 50, error: 'overloaded' }],
      ['retry', { attempt: 3, pauseMs: 100, error: 'transport' }],
    ],
  ]);
  expect(book.open).toEqual([]);
});

test('the call that opens the circuit says so, those it refuses too, and the probe that closes it', async () => {
  const layer = circuitBreaker({ failures: 2, openMs: 0, maxOpenMs: 0 });
  const busy = fail('overloaded', 'busy');
  const { ask, events } = told([[busy], [busy], [say('Fine.')]], layer);
  await ask();
  await ask();
  await ask();
  expect(events()).toEqual([
    [],
    [['circuit_open', { providerId: 'acme:m' }]],
    [
      ['circuit_half_open', { providerId: 'acme:m' }],
      ['circuit_closed', { providerId: 'acme:m' }],
    ],
  ]);
  const open = told([[busy]], circuitBreaker({ failures: 1 }));
  await open.ask();
  expect(await open.ask()).toMatchObject({ code: 'circuit_open' });
  expect(open.events()[1]).toEqual([['circuit_refused', { providerId: 'acme:m' }]]);
});

test('calls that fail together open the circuit once', async () => {
  const busy = fail('overloaded', 'busy');
  const { ask, events } = told([[busy], [busy], [busy], [busy]], circuitBreaker({ failures: 2 }));
  await Promise.all([ask(), ask(), ask(), ask()]);
  expect(events().flat()).toEqual([['circuit_open', { providerId: 'acme:m' }]]);
});

test('what a call brought about that nobody traces is not told on a later one', async () => {
  const layer = circuitBreaker({ failures: 1, openMs: 0, maxOpenMs: 0 });
  const busy = fail('overloaded', 'busy');
  const script: Script = [[busy], [busy], [say('Fine.')], [say('Fine.')]];
  const provider = layer(scriptedProvider(script, { id: 'acme:m' }));
  const book = new SpanBook();
  const traced = traceCalls(book.tracer)(provider);
  await chat(provider, question).catch(() => undefined);
  expect(layer.state).toBe('open');
  await chat(traced, question).catch(() => undefined);
  await chat(provider, question);
  expect(layer.state).toBe('closed');
  await chat(traced, question);
  const heard = book.spans.map(({ eventAttributes }) => eventAttributes.map(([name]) => name).filter(isOurs));
  expect(heard).toEqual([['circuit_half_open', 'circuit_open'], []]);
});

test('a wait for the limiter is heard with its length, and only a wait', async () => {
  const clock = fakeClock();
  const { ask, events } = told(
    [[say('One.')], [say('Two.')]],
    rateLimit({ requestsPerMinute: 1, maxWaitMs: 90_000, clock }),
  );
  await ask();
  const second = ask();
  await clock.advance(60_000);
  await second;
  expect(events()).toEqual([[], [['rate_limit_wait', { waitedMs: 60_000 }]]]);
});

test('a fallback names who could not, who is asked instead, and why', async () => {
  const layer = fallback({ providers: [scriptedProvider([[say('Fine.')]], { id: 'other:n' })] });
  const { ask, events } = told([[fail('rate_limited', 'slow')]], layer);
  await ask();
  expect(events()).toEqual([
    [['fallback', { failedProviderId: 'acme:m', providerId: 'other:n', error: 'rate_limited' }]],
  ]);
});

test('a second try is told when it starts, and which one won', async () => {
  const { ask, events } = told([[pause(Infinity)], [say('Second.')]], hedge({ afterMs: 20, clock: leaping() }));
  await ask();
  expect(events()).toEqual([
    [
      ['hedge', { providerId: 'acme:m', afterMs: 20 }],
      ['hedge_won', { attempt: 2 }],
    ],
  ]);
});

test('what a model said in its error is in no event', async () => {
  const secret = providerError('overloaded', 'SECRET prompt');
  const { ask, book } = told([[secret], [secret], [say('Fine.')]], retry({ clock: leaping() }));
  await ask();
  expect(JSON.stringify(book.spans.map(({ eventAttributes }) => eventAttributes))).not.toContain('SECRET');
});
