import { trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { linkedSignal } from './linked-signal.js';

test('it aborts with the first of those above, with that one’s reason', () => {
  const one = trackedSignal();
  const other = trackedSignal();
  const { signal } = linkedSignal(one.signal, undefined, other.signal);
  other.abort('other');
  one.abort('one');
  expect([signal.aborted, signal.reason]).toEqual([true, 'other']);
});

test('it aborts by itself, and those above do not', () => {
  const above = trackedSignal();
  const link = linkedSignal(above.signal);
  link.abort('own');
  expect([link.signal.reason, above.signal.aborted]).toEqual(['own', false]);
});

test('below one that has aborted it is born aborted', () => {
  const above = trackedSignal();
  above.abort('before');
  expect(linkedSignal(above.signal).signal.reason).toBe('before');
});

test('unlinked, it leaves no listener, however often it is done', () => {
  const above = trackedSignal();
  const link = linkedSignal(above.signal, above.signal);
  expect(above.listeners).toBe(2);
  link.unlink();
  link.unlink();
  expect(above.listeners).toBe(0);
  above.abort('late');
  expect(link.signal.aborted).toBe(false);
});
