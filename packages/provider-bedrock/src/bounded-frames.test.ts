import { expect, test } from 'vitest';

import { boundedFrames } from './bounded-frames.js';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function through(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of boundedFrames(inPieces(bytes, size), 's')) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Frames of these lengths, as far as their lengths tell. */
function framesOf(...lengths: number[]): Buffer {
  return Buffer.concat(
    lengths.map((length) => {
      const frame = Buffer.alloc(length, 7);
      frame.writeUInt32BE(length, 0);
      return frame;
    }),
  );
}

const lengthAlone = (length: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length, 0);
  return bytes;
};

test.each([1, 2, 3, 5, 16, 17, 1_000])('frames pass unchanged in pieces of %i bytes', async (size) => {
  const bytes = framesOf(16, 17, 300, 16);
  expect(await through(bytes, size)).toEqual(bytes);
});

test.each([0, 15, 17_000_000, 0x7fff_ffff, 0xffff_ffff])('a frame of %i bytes is none', async (length) => {
  for (const size of [1, 4]) {
    const torn = through(Buffer.concat([framesOf(16), lengthAlone(length)]), size);
    await expect(torn).rejects.toMatchObject({ code: 'malformed_response' });
  }
});

test.each([1, 3, 4, 15])('a frame that ends after %i bytes is none', async (length) => {
  const bytes = Buffer.concat([framesOf(20), framesOf(16).subarray(0, length)]);
  await expect(through(bytes, 7)).rejects.toMatchObject({ code: 'malformed_response' });
});

test('no bytes are no frames', async () => {
  expect(await through(new Uint8Array(), 1)).toHaveLength(0);
});
