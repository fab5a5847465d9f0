import type { WireFrame } from '../vendor-wire.js';

/** How the frames of an answer are cut into writes. */
export type Chunking = (frames: readonly WireFrame[]) => readonly Uint8Array[];

/** Everything in one write. */
export const inOneWrite: Chunking = (frames) => [joined(frames)];

/** Each frame in a write of its own. */
export const byFrame: Chunking = (frames) => frames.map(toBytes);

/** Writes of `size` bytes, wherever frames and characters end. */
export function bySize(size: number): Chunking {
  return (frames) => cutAt(joined(frames), (at) => at % size === 0);
}

/** Each write ends in the middle of a frame. */
export const acrossFrames: Chunking = (frames) => {
  const middles = new Set<number>();
  let begin = 0;
  for (const frame of frames) {
    const { length } = toBytes(frame);
    middles.add(begin + Math.floor(length / 2));
    begin += length;
  }
  return cutAt(joined(frames), (at) => middles.has(at));
};

/** Cuts before every byte that continues a character. */
export const insideCharacters: Chunking = (frames) => {
  const bytes = joined(frames);
  return cutAt(bytes, (at) => ((bytes[at] ?? 0) & 0b1100_0000) === 0b1000_0000);
};

/** A frame as it travels. */
export function toBytes(frame: WireFrame): Uint8Array {
  return typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
}

function joined(frames: readonly WireFrame[]): Uint8Array {
  return Buffer.concat(frames.map(toBytes));
}

function cutAt(bytes: Uint8Array, isCut: (at: number) => boolean): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let begin = 0;
  for (let at = 1; at <= bytes.length; at++) {
    if (at < bytes.length && !isCut(at)) continue;
    pieces.push(bytes.subarray(begin, at));
    begin = at;
  }
  return pieces;
}
