import { expect, test } from 'vitest';

import { cancelled, invalidOptions, providerError, toTakoError } from './make-error.js';

test('a wrong option names where it was given', () => {
  expect(invalidOptions('retry', 'attempts must be at least 1')).toMatchObject({
    code: 'invalid',
    message: 'retry: attempts must be at least 1',
    source: 'retry',
    retryable: false,
  });
});

test('a cancellation keeps the very reason of the signal, whatever it is', () => {
  const controller = new AbortController();
  controller.abort();
  const error = cancelled(controller.signal.reason, { content: [] });
  expect(error).toMatchObject({ code: 'cancelled', retryable: false, partial: { content: [] } });
  expect(error.cause).toBe(controller.signal.reason);
  expect(cancelled('user left').cause).toBe('user left');
});

test('an error of ours is handed through, a foreign one becomes cause, its text nowhere else', () => {
  const ours = providerError('auth', 'no');
  expect(toTakoError(ours, 'provider', 'x')).toBe(ours);

  const foreign = new Error('https://user:password@host/');
  const wrapped = toTakoError(foreign, 'transport', 'no connection', { source: 'acme' });
  expect(wrapped).toMatchObject({ code: 'transport', message: 'no connection', source: 'acme' });
  expect(wrapped.cause).toBe(foreign);
  expect(JSON.stringify(wrapped)).not.toContain('password');
});
