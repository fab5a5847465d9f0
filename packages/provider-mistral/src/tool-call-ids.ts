import type { Message } from '@tako/core';

/** What Mistral takes as the id of a tool call: https://github.com/langchain-ai/langchain/pull/24668 (read 2026-11-23). */
const legalId = /^[a-zA-Z0-9]{9}$/;
const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const idLength = 9;

/**
 * Says how the ids of a conversation's tool calls are told to Mistral, which takes nine letters and digits and nothing else.
 *
 * Its own ids stay. Any other one becomes a legal one that follows from its text, so that a conversation reads the same in
 * each request; two ids never become one.
 */
export function legalToolCallIds(messages: readonly Message[]): (id: string) => string {
  const ids = new Set(messages.flatMap(idsIn));
  const taken = new Set([...ids].filter((id) => legalId.test(id)));
  const legal = new Map<string, string>();
  for (const id of ids) {
    if (legalId.test(id)) continue;
    let made = hashed(id);
    for (let salt = 1; taken.has(made); salt++) made = hashed(`${salt} ${id}`);
    taken.add(made);
    legal.set(id, made);
  }
  return (id) => legal.get(id) ?? id;
}

function idsIn({ content }: Message): string[] {
  return content.flatMap((part) =>
    part.type === 'tool_call' ? [part.id] : part.type === 'tool_result' ? [part.toolCallId] : [],
  );
}

/** FNV-1a, twice from different beginnings: http://www.isthe.com/chongo/tech/comp/fnv (read 2026-11-23). */
function hashed(text: string): string {
  let left = 0x811c9dc5;
  let right = 0xcbf29ce4;
  for (let at = 0; at < text.length; at++) {
    left = Math.imul(left ^ text.charCodeAt(at), 0x01000193);
    right = Math.imul(right ^ (text.charCodeAt(at) + at), 0x01000193);
  }
  let rest = (BigInt(left >>> 0) << 32n) | BigInt(right >>> 0);
  let id = '';
  for (let at = 0; at < idLength; at++) {
    id += digits.charAt(Number(rest % 62n));
    rest /= 62n;
  }
  return id;
}
