import { toBase64 } from './base64.js';
import type { BinaryData } from './content-part.js';
import type { Message } from './message.js';

/**
 * The same messages as plain JSON data: every `Uint8Array` becomes base64 text, all else is kept.
 * Messages that hold no bytes are handed back as they are.
 */
export function plainMessages(messages: readonly Message[]): readonly Message[] {
  return messages.some(holdsBytes) ? messages.map((message) => plain(message)) : messages;
}

function holdsBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.some(holdsBytes);
  if (typeof value !== 'object' || value === null) return false;
  return ('content' in value && holdsBytes(value.content)) || ('data' in value && value.data instanceof Uint8Array);
}

/** Copies a message or part, its bytes as base64. The shape stays, only `data` changes its form. */
function plain<T extends object>(value: T): T {
  const copy: { content?: unknown; data?: BinaryData } = { ...value };
  if (Array.isArray(copy.content)) copy.content = copy.content.map((part: object) => plain(part));
  if (copy.data instanceof Uint8Array) copy.data = toBase64(copy.data);
  return copy as T; // same keys, and `data` is BinaryData in either form
}
