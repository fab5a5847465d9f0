import { expect, test } from 'vitest';

import { readText } from './read-text.js';

async function* body(
  chunks: readonly (Uint8Array | Error)[],
  onEnd: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk;
      yield chunk;
    }
  } finally {
    onEnd();
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('joins the chunks, also where one ends inside a character', async () => {
  const all = bytes('Grüße 🌊');
  const single = Array.from(all, (byte) => Uint8Array.of(byte));
  expect(await readText(body(single))).toBe('Grüße 🌊');
});

test('nothing is empty', async () => {
  expect(await readText(body([]))).toBe('');
  expect(await readText(body([new Uint8Array()]))).toBe('');
});

test('stops at the limit, and leaves the body', async () => {
  let left = false;
  let asked = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        asked++;
        yield bytes('0123456789');
      }
    } finally {
      left = true;
    }
  }
  expect(await readText(endless(), 25)).toBe('0123456789012345678901234'.slice(0, 25));
  expect(left).toBe(true);
  expect(asked).toBe(3);
});

test('asks for no more than it needs: at the limit exactly, it leaves', async () => {
  let failed = false;
  async function* exact(): AsyncGenerator<Uint8Array> {
    yield bytes('0123456789');
    failed = true; // somebody asked for more
  }
  expect(await readText(exact(), 10)).toBe('0123456789');
  expect(failed).toBe(false);
});

test('one huge chunk is cut as well', async () => {
  expect(await readText(body([new Uint8Array(10_000_000).fill(0x61)]), 100)).toBe('a'.repeat(100));
  expect(await readText(body([new Uint8Array(1_000_000).fill(0x61)]))).toHaveLength(65_536);
});

test('a limit inside a character gives a replacement character, not an error', async () => {
  expect(await readText(body([bytes('aé')]), 2)).toBe('a\ufffd');
});

test('bytes that are not UTF-8 give replacement characters', async () => {
  expect(await readText(body([Uint8Array.of(0x61, 0xff, 0x62)]))).toBe('a\ufffdb');
});

test('a body that breaks off gives what came before', async () => {
  expect(await readText(body([bytes('before'), new Error('reset')]))).toBe('before');
  expect(await readText(body([new Error('reset')]))).toBe('');
});
