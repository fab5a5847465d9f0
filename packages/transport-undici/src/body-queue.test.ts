import { describe, expect, test, vi } from 'vitest';

import { BodyQueue } from './body-queue.js';

function queue() {
  const source = { pause: vi.fn<() => void>(), resume: vi.fn<() => void>(), leave: vi.fn<() => void>() };
  return { source, body: new BodyQueue(source) };
}

const piece = (length: number): Uint8Array => new Uint8Array(length);
const over = { done: true, value: undefined };

describe('order', () => {
  test('what came before somebody reads, and what comes after, is handed out in order', async () => {
    const { body } = queue();
    body.push(piece(1));
    body.push(piece(2));
    const reads = [body.next(), body.next(), body.next(), body.next(), body.next()];
    body.push(piece(3));
    body.push(piece(4));
    body.end();
    const lengths = (await Promise.all(reads)).map(({ value }) => value?.length);
    expect(lengths).toEqual([1, 2, 3, 4, undefined]);
    expect(await body.next()).toEqual(over);
  });

  test('an error comes after the pieces before it, once', async () => {
    const { body } = queue();
    body.push(piece(1));
    body.fail('broken');
    expect(await body.next()).toMatchObject({ done: false });
    await expect(body.next()).rejects.toBe('broken');
    expect(await body.next()).toEqual(over);
  });

  test('an error reaches the first who waits; others are at the end', async () => {
    const { body } = queue();
    const [first, second] = [body.next(), body.next()];
    body.fail('broken');
    await expect(first).rejects.toBe('broken');
    expect(await second).toEqual(over);
  });

  test('an abort drops the pieces before it', async () => {
    const { body } = queue();
    body.push(piece(1));
    body.abort('enough');
    await expect(body.next()).rejects.toBe('enough');
  });

  test('an abort with a reason that is undefined still ends it', async () => {
    const { body } = queue();
    body.abort(undefined);
    expect(await body.next()).toEqual(over);
  });

  test('nothing follows the end', async () => {
    const { body } = queue();
    body.end();
    body.push(piece(1));
    body.fail('late');
    expect(await body.next()).toEqual(over);
  });
});

describe('pace', () => {
  test('the source is paused once while 64 KiB wait, and resumed once when less does', async () => {
    const { body, source } = queue();
    body.push(piece(65_535));
    expect(source.pause).not.toHaveBeenCalled();
    body.push(piece(1));
    body.push(piece(1));
    expect(source.pause).toHaveBeenCalledTimes(1);
    await body.next();
    await body.next();
    expect(source.resume).toHaveBeenCalledTimes(1);
  });

  test('a reader that keeps up never pauses it', async () => {
    const { body, source } = queue();
    for (let at = 0; at < 10; at++) {
      const read = body.next();
      body.push(piece(1_000_000));
      await read;
    }
    expect(source.pause).not.toHaveBeenCalled();
  });
});

describe('leaving', () => {
  test('tells the source, once, and drops the rest', async () => {
    const { body, source } = queue();
    body.push(piece(1));
    expect(await body.return()).toEqual(over);
    await body.return();
    expect(source.leave).toHaveBeenCalledTimes(1);
    expect(await body.next()).toEqual(over);
  });

  test('after the end there is nothing to leave', async () => {
    const { body, source } = queue();
    body.end();
    await body.return();
    expect(source.leave).not.toHaveBeenCalled();
  });
});
