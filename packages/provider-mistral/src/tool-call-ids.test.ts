import { assistant, toolResults, user, type Message } from '@tako/core';
import { expect, test } from 'vitest';

import { legalToolCallIds } from './tool-call-ids.js';

const legal = /^[a-zA-Z0-9]{9}$/;

function conversation(...ids: readonly string[]): Message[] {
  return ids.flatMap((id) => [
    assistant({ type: 'tool_call', id, name: 'f', arguments: '' }),
    toolResults({ type: 'tool_result', toolCallId: id, name: 'f', content: [] }),
  ]);
}

test.each(['call_PTLP8xhu3uwZk4l3nlnrrJha', 'toolu_01', '', 'abc_12345', 'ünïcödeX', 'null', 'x'.repeat(10_000)])(
  'a foreign id becomes a legal one, the same in every request: %s',
  (id) => {
    const first = legalToolCallIds(conversation(id))(id);
    expect(first).toMatch(legal);
    expect(legalToolCallIds([user('Hi'), ...conversation('other', id, 'one-more')])(id)).toBe(first);
  },
);

test("Mistral's own ids stay", () => {
  expect(legalToolCallIds(conversation('D681PevKs', 'call_1'))('D681PevKs')).toBe('D681PevKs');
});

test('very many ids stay apart', () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => `call_${at}`);
  const toLegal = legalToolCallIds(conversation(...ids));
  expect(new Set(ids.map(toLegal)).size).toBe(ids.length);
});

test('a foreign id gives way to one of Mistral that looks like it, wherever that stands', () => {
  const taken = legalToolCallIds(conversation('call_1'))('call_1');
  for (const ids of [
    ['call_1', taken],
    [taken, 'call_1'],
  ]) {
    const toLegal = legalToolCallIds(conversation(...ids));
    expect(toLegal(taken)).toBe(taken);
    expect(toLegal('call_1')).toMatch(legal);
    expect(toLegal('call_1')).not.toBe(taken);
  }
});
