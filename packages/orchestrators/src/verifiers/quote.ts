import { textOf, type Message } from '@tako/core';

import { condensed } from '../tree/quoted.js';

/**
 * Text of somebody else as data inside a prompt: between marks that it cannot hold itself, so that it cannot end its own
 * quotation. Longer text is cut in its middle.
 */
export function quote(name: string, text: string, maxCharacters: number): string {
  return `<${name}>\n${condensed(text, maxCharacters).replaceAll(`</${name}`, `< /${name}`)}\n</${name}>`;
}

/** A conversation as text: what was said, and that tools were used. */
export function transcript(messages: readonly Message[]): string {
  return messages.map((message) => `${message.role}: ${spoken(message)}`).join('\n\n');
}

function spoken(message: Message): string {
  const text = textOf(message);
  const others = message.content.filter(({ type }) => type !== 'text' && type !== 'reasoning');
  const rest = others.map((part) => (part.type === 'tool_call' ? `[calls ${part.name}]` : `[${part.type}]`));
  return [...(text === '' ? [] : [text]), ...rest].join(' ');
}
