import { assistant, toolResults, type Message } from '@tako/core';
import { expect, test } from 'vitest';

import { legalToolCallIds } from './tool-call-ids.js';

function conversation(...ids: readonly string[]): Message[] {
  return ids.flatMap((id) => [
    assistant({ type: 'tool_call', id, name: 'f', arguments: '{}' }),
    toolResults({ type: 'tool_result', toolCallId: id, name: 'f', content: [] }),
  ]);
}

test('legal ids stay, others become legal, and no two become one', () => {
  const ids = ['toolu_01-A', 'a.b:0', 'a_b_0', 'a b 0', '', 'ü', '__proto__'];
  const legal = ids.map(legalToolCallIds(conversation(...ids)));
  expect(legal).toEqual(['toolu_01-A', 'a_b_0_2', 'a_b_0', 'a_b_0_3', 'call', '_', '__proto__']);
});

test('a further turn does not change what was told before', () => {
  const before = legalToolCallIds(conversation('a.b', 'a:b'));
  const after = legalToolCallIds(conversation('a.b', 'a:b', 'a!b'));
  expect(['a.b', 'a:b'].map(after)).toEqual(['a.b', 'a:b'].map(before));
});
