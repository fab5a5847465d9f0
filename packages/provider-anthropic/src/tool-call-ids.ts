import type { Message } from '@tako/core';

/** What the vendor takes as the id of a call: https://github.com/HKUDS/nanobot/pull/4356 (read 2026-11-23). */
const legalId = /^[a-zA-Z0-9_-]+$/;

/**
 * Says how the ids of a conversation's tool calls are told to Anthropic, which takes letters, digits, `_` and `-` alone. Its own
 * stay; other vendors have ids like `functions.weather:0`. Two ids never become one.
 */
export function legalToolCallIds(messages: readonly Message[]): (id: string) => string {
  const ids = new Set(messages.flatMap(idsIn));
  const taken = new Set([...ids].filter((id) => legalId.test(id)));
  const legal = new Map<string, string>();
  for (const id of ids) {
    if (legalId.test(id)) continue;
    const plain = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    let made = plain;
    for (let at = 2; taken.has(made); at++) made = `${plain}_${at}`;
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
