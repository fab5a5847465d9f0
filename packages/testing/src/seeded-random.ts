/**
 * A source of random numbers that gives the same sequence for the same seed: xoshiro128** by David Blackman and
 * Sebastiano Vigna, its state filled by SplitMix64 as they advise. Not for secrets.
 *
 * Source: https://prng.di.unimi.it/xoshiro128starstar.c and https://prng.di.unimi.it/splitmix64.c (read 2026-11-23).
 *
 * @param seed a whole number from 0 to 2^53 - 1
 * @returns uniform numbers in [0, 1), multiples of 2^-32
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seededRandom: the seed must be a whole number from 0 to 2^53 - 1, got ${seed}`);
  }
  const next = xoshiro128(splitMix64(BigInt(seed)));
  return () => next() / 2 ** 32;
}

/** Whole numbers in [0, 2^32), from four words of state that are not all zero. */
export function xoshiro128(state: Uint32Array): () => number {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The first two outputs of SplitMix64, each as two words, the low one first. */
function splitMix64(seed: bigint): Uint32Array {
  const words = new Uint32Array(4);
  let state = seed;
  for (let at = 0; at < 4; at += 2) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    mixed ^= mixed >> 31n;
    words[at] = Number(mixed & 0xffffffffn);
    words[at + 1] = Number(mixed >> 32n);
  }
  return words;
}
