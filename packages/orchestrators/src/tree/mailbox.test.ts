import { expect, test } from 'vitest';

import { Mailbox } from './mailbox.js';

/** Whether a promise has settled, when all that can go on has gone on. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise(setImmediate);
  return settled;
}

test('a sender waits until its thing was taken', async () => {
  const box = new Mailbox<number>();
  const reading = box.read();
  const sent = box.send(1);
  expect(await isSettled(sent)).toBe(false);
  expect(await reading.next()).toEqual({ done: false, value: 1 });
  expect(await isSettled(sent)).toBe(false);
  void reading.next();
  expect(await isSettled(sent)).toBe(true);
});

test('a thousand senders at once: each thing arrives once, those of one sender in order', async () => {
  const box = new Mailbox<readonly [sender: number, at: number]>();
  const senders = Array.from({ length: 1_000 }, async (_, sender) => {
    for (let at = 0; at < 5; at++) await box.send([sender, at]);
  });
  void Promise.all(senders).then(() => box.close());
  const next = new Map<number, number>();
  for await (const [sender, at] of box.read()) {
    expect(at).toBe(next.get(sender) ?? 0);
    next.set(sender, at + 1);
  }
  expect([...next.values()]).toEqual(Array.from({ length: 1_000 }, () => 5));
});

test('a reader that leaves lets all senders go, and those that come later', async () => {
  const box = new Mailbox<number>();
  const waiting = [box.send(1), box.send(2), box.send(3)];
  for await (const _ of box.read()) break;
  await expect(Promise.all([...waiting, box.send(4)])).resolves.toHaveLength(4);
});

test('after close the reader gets what was sent before, and then the end', async () => {
  const box = new Mailbox<number>();
  void box.send(1);
  void box.send(2);
  box.close();
  const got: number[] = [];
  for await (const one of box.read()) got.push(one);
  expect(got).toEqual([1, 2]);
});

test('a reader that waits is woken by close', async () => {
  const box = new Mailbox<number>();
  const end = box.read().next();
  expect(await isSettled(end)).toBe(false);
  box.close();
  expect(await end).toEqual({ done: true, value: undefined });
});
