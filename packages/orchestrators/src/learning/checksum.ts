import { fnv1a } from './encoder.js';

/** Of what a file holds, so that one that somebody cut or edited is found out. Not a signature: whoever means to can forge it. */
export function checksumOf(value: unknown): string {
  const text = JSON.stringify(value);
  // One of 32 bits is met by chance too easily; a prefix makes the second another one.
  return [fnv1a(text), fnv1a(`${text.length}:${text}`)].map((part) => part.toString(16).padStart(8, '0')).join('');
}
