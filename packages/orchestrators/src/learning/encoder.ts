import { invalidOptions } from '@tako/core';

/**
 * Turns a text into numbers, always as many. Whatever learns from them is only good for the same encoder: its `version` is
 * kept with what was learned.
 */
export interface Encoder {
  (text: string): Float32Array;
  /** Names the numbers, and changes whenever they do. @defaultValue `custom`, for a function without one */
  readonly version?: string | undefined;
}

/** What `hashedNgrams` takes. */
export interface HashedNgramsOptions {
  /** How many numbers stand for a text. @defaultValue 256 */
  readonly dimensions?: number | undefined;
  /** So much of a text is read, from its start. @defaultValue 20000 */
  readonly maxCharacters?: number | undefined;
}

/** An n-gram of characters says less than a word. */
const ngramWeight = 0.3;
const ngramLength = 4;

/**
 * Hashed words and n-grams of four characters, with signs, so that collisions cancel out rather than add up; the whole has
 * length 1. No model, no vocabulary, any language that writes words apart. An empty text is all zeros.
 *
 * @throws `invalid` for dimensions that are no whole number from 1.
 */
export function hashedNgrams(options: HashedNgramsOptions = {}): Encoder {
  const { dimensions = 256, maxCharacters = 20_000 } = options;
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 65_536) {
    throw invalidOptions('hashedNgrams', `dimensions must be 1 to 65536, got ${dimensions}`);
  }
  const encode = (text: string): Float32Array => {
    const counts = new Map<string, number>();
    for (const [word] of text
      .slice(0, maxCharacters)
      .toLowerCase()
      .matchAll(/[\p{L}\p{N}_]+/gu)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const sums = new Float64Array(dimensions);
    for (const [word, count] of counts) {
      // The tenth time a word is said it says little that is new.
      const weight = Math.sqrt(count);
      addHashed(sums, `w ${word}`, weight);
      const padded = `<${word}>`;
      for (let at = 0; at + ngramLength <= padded.length; at++) {
        addHashed(sums, padded.slice(at, at + ngramLength), weight * ngramWeight);
      }
    }
    return toUnitLength(sums);
  };
  return Object.assign(encode, { version: `hashed-ngrams-1/${dimensions}` });
}

/** What names an encoder's numbers. */
export function versionOf(encoder: Encoder): string {
  return encoder.version ?? 'custom';
}

/** The numbers of a text, checked: an encoder is somebody's code. @throws `invalid` */
export function encoded(encoder: Encoder, text: string, where: string): Float32Array {
  const features: unknown = encoder(text);
  if (features instanceof Float32Array && features.every((feature) => Number.isFinite(feature))) return features;
  throw invalidOptions(where, 'the encoder must give a Float32Array of finite numbers');
}

function addHashed(sums: Float64Array, token: string, weight: number): void {
  const hash = mixed(fnv1a(token));
  const slot = (hash >>> 1) % sums.length;
  sums[slot] = (sums[slot] ?? 0) + ((hash & 1) === 0 ? weight : -weight);
}

function toUnitLength(sums: Float64Array): Float32Array {
  let squares = 0;
  for (const sum of sums) squares += sum * sum;
  const length = Math.sqrt(squares);
  return length === 0 ? new Float32Array(sums.length) : Float32Array.from(sums, (sum) => sum / length);
}

/** FNV-1a over UTF-16 units, 32 bits. Source: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-20 (read 2026-11-23). */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Spreads every bit over all: the lowest of FNV-1a alone are no better than a parity. */
function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
