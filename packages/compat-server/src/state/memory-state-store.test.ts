import { fakeClock } from '@tako/testing';
import { expect, test } from 'vitest';

import { MemoryStateStore } from './memory-state-store.js';

const text = 'x'.repeat(700);

test('what is put is found by its tenant, and by nobody else', async () => {
  const store = new MemoryStateStore();
  await store.put('a', 'k', 'mine', 1_000);
  expect(await store.get('a', 'k')).toBe('mine');
  expect(await store.get('b', 'k')).toBeUndefined();
  expect(await store.delete('b', 'k')).toBe(false);
  expect([await store.delete('a', 'k'), await store.delete('a', 'k')]).toEqual([true, false]);
});

test('no tenant can name another one by its key', async () => {
  const store = new MemoryStateStore();
  await store.put('a', '","k', 'mine', 1_000);
  expect(await store.get('a","', 'k')).toBeUndefined();
});

test('what is older than its time is gone', async () => {
  const clock = fakeClock();
  const store = new MemoryStateStore({ clock });
  await store.put('a', 'k', 'mine', 1_000);
  await clock.advance(999);
  expect(await store.get('a', 'k')).toBe('mine');
  await clock.advance(1);
  expect(await store.get('a', 'k')).toBeUndefined();
  expect(store.characters).toBe(0);
});

test('a tenant that has no more room loses what it used the longest ago, and nobody else loses anything', async () => {
  const store = new MemoryStateStore({ maxCharactersPerTenant: 3_000 });
  await store.put('b', 'k', text, 1e6);
  for (const key of ['1', '2', '3']) await store.put('a', key, text, 1e6);
  expect(await store.get('a', '1')).toBe(text);
  await store.put('a', '4', text, 1e6);
  expect(await store.get('a', '2')).toBeUndefined();
  expect(await store.get('a', '1')).toBe(text);
  expect(await store.get('b', 'k')).toBe(text);
});

test('however much is put, memory is bounded, and all of it comes back', async () => {
  const store = new MemoryStateStore({ maxCharacters: 10_000, maxCharactersPerTenant: 5_000 });
  for (let at = 0; at < 20_000; at++) await store.put(`t${at % 50}`, `k${at}`, text, 1e6);
  expect(store.characters).toBeLessThanOrEqual(10_000);
  for (let at = 0; at < 20_000; at++) await store.delete(`t${at % 50}`, `k${at}`);
  expect(store.characters).toBe(0);
});

test('what is larger than all the room is not kept', async () => {
  const store = new MemoryStateStore({ maxCharactersPerTenant: 500 });
  await store.put('a', 'k', text, 1e6);
  expect(await store.get('a', 'k')).toBeUndefined();
});

test.each([0, -1, Number.NaN])('a limit of %s is refused', (maxCharacters) => {
  expect(() => new MemoryStateStore({ maxCharacters })).toThrow(expect.objectContaining({ code: 'invalid' }));
});
