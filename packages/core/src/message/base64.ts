import { invalidOptions } from '../error/make-error.js';
import type { BinaryData } from './content-part.js';

/** Bytes as base64 text. Text is taken to be base64 already; a `data:…,` prefix is cut off. */
export function toBase64(data: BinaryData): string {
  if (typeof data === 'string') return data.startsWith('data:') ? data.slice(data.indexOf(',') + 1) : data;
  const pieces: string[] = [];
  // String.fromCharCode takes its characters as arguments, and engines limit those.
  for (let at = 0; at < data.length; at += 0x8000) {
    pieces.push(String.fromCharCode(...data.subarray(at, at + 0x8000)));
  }
  return btoa(pieces.join(''));
}

/**
 * Base64 text as bytes; bytes are handed through.
 *
 * @throws `invalid` when the text is not base64.
 */
export function fromBase64(data: BinaryData): Uint8Array {
  if (typeof data !== 'string') return data;
  let binary: string;
  try {
    binary = atob(toBase64(data));
  } catch {
    throw invalidOptions('fromBase64', 'the data is not base64');
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
