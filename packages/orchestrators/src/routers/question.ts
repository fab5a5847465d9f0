import { textOf, type ChatRequest } from '@tako/core';

/** The last text that a person said; empty where there is none. */
export function questionOf({ messages }: ChatRequest): string {
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') continue;
    const text = textOf(message);
    if (text.trim() !== '') return text;
  }
  return '';
}
