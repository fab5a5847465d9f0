import { expect, test } from 'vitest';

import { trackedSignal } from './tracked-signal.js';

test('listeners are counted while they are there', () => {
  const tracked = trackedSignal();
  const listener = (): void => undefined;
  expect(tracked.listeners).toBe(0);

  tracked.signal.addEventListener('abort', listener);
  tracked.signal.addEventListener('abort', () => undefined, { once: true });
  tracked.signal.onabort = () => undefined;
  expect(tracked.listeners).toBe(3);

  tracked.signal.removeEventListener('abort', listener);
  expect(tracked.listeners).toBe(2);
});

test('a listener for one time is gone after the abort, and the reason arrives', () => {
  const tracked = trackedSignal();
  const reason = new Error('enough');
  let seen: unknown;
  tracked.signal.addEventListener('abort', () => (seen = tracked.signal.reason), { once: true });

  tracked.abort(reason);
  expect(seen).toBe(reason);
  expect(tracked.listeners).toBe(0);
});
