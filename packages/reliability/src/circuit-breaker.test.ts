import {
  call,
  chat,
  providerError,
  unknownCapabilities,
  user,
  type ChatEvent,
  type ErrorCode,
  type Provider,
} from '@tako/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { circuitBreaker } from './circuit-breaker.js';

const question = { messages: [user('Well?')] };

/** A model that fails with `code`, or answers where that is undefined; its state can be changed between calls. */
function model(): Provider & { code: ErrorCode | undefined; calls: number } {
  const provider: Provider & { code: ErrorCode | undefined; calls: number } = {
    contract: 1,
    id: 'test:model',
    capabilities: unknownCapabilities,
    code: undefined,
    calls: 0,
    async *stream(): AsyncGenerator<ChatEvent> {
      provider.calls++;
      yield { type: 'text_delta', index: 0, text: 'Yes.' };
      if (provider.code !== undefined) throw providerError(provider.code, 'failed');
      yield { type: 'finish', finishReason: 'stop' };
    },
  };
  return provider;
}

const outcome = (provider: Provider): Promise<string> =>
  chat(provider, question).then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );

// The library under the breaker reads the platform's clock.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('opens after failures in a row, and then refuses without asking', async () => {
  const inner = model();
  const breaker = circuitBreaker({ failures: 3 });
  const provider = breaker(inner);
  inner.code = 'overloaded';
  for (let at = 0; at < 3; at++) expect(await outcome(provider)).toBe('overloaded');
  expect(breaker.state).toBe('open');
  expect(await outcome(provider)).toBe('circuit_open');
  expect(inner.calls).toBe(3);
});

test('a success between failures starts the count anew', async () => {
  const inner = model();
  const breaker = circuitBreaker({ failures: 2 });
  const provider = breaker(inner);
  for (const code of ['overloaded', undefined, 'overloaded'] as const) {
    inner.code = code;
    await outcome(provider);
  }
  expect(breaker.state).toBe('closed');
});

test.each(['invalid', 'auth', 'rate_limited', 'content_filtered', 'cancelled', 'budget_exhausted'] as const)(
  '%s is not the fault of the provider',
  async (code) => {
    const inner = model();
    const breaker = circuitBreaker({ failures: 1 });
    inner.code = code;
    expect(await outcome(breaker(inner))).toBe(code);
    expect(breaker.state).toBe('closed');
  },
);

test('after a while one probe is let through: its success closes the circuit', async () => {
  const inner = model();
  const breaker = circuitBreaker({ failures: 1, openMs: 1_000, maxOpenMs: 8_000 });
  const provider = breaker(inner);
  inner.code = 'transport';
  await outcome(provider);
  vi.setSystemTime(Date.now() + 8_001);
  inner.code = undefined;
  expect(await outcome(provider)).toBe('answered');
  expect(breaker.state).toBe('closed');
});

test('while the probe runs other calls are refused, not held', async () => {
  const inner = model();
  const breaker = circuitBreaker({ failures: 1, openMs: 1_000, maxOpenMs: 8_000 });
  const provider = breaker(inner);
  inner.code = 'transport';
  await outcome(provider);
  vi.setSystemTime(Date.now() + 8_001);

  const probe = provider.stream(question, call())[Symbol.asyncIterator]();
  await probe.next();
  expect(breaker.state).toBe('half_open');
  expect(await outcome(provider)).toBe('circuit_open');
  await probe.return?.();
  expect(breaker.state).toBe('closed');
});

test('a probe that fails opens it again', async () => {
  const inner = model();
  const breaker = circuitBreaker({ failures: 1, openMs: 1_000, maxOpenMs: 8_000 });
  const provider = breaker(inner);
  inner.code = 'transport';
  await outcome(provider);
  vi.setSystemTime(Date.now() + 8_001);
  expect(await outcome(provider)).toBe('transport');
  expect(breaker.state).toBe('open');
});

test('its state survives a process as plain JSON', async () => {
  const inner = model();
  const breaker = circuitBreaker({ failures: 1 });
  inner.code = 'provider';
  await outcome(breaker(inner));
  const saved = JSON.parse(JSON.stringify(breaker)) as never;
  const restored = circuitBreaker({ failures: 1, initialState: saved });
  expect(restored.state).toBe('open');
  expect(await outcome(restored(inner))).toBe('circuit_open');
});
