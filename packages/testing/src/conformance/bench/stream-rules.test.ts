import type { ChatEvent } from '@tako/core';
import { expect, test } from 'vitest';

import { expectLegalStream } from './stream-rules.js';

const text = (index: number): ChatEvent => ({ type: 'text_delta', index, text: 'a' });
const start = (index: number): ChatEvent => ({ type: 'tool_call_start', index, id: `call_${index}`, name: 'noop' });
const delta = (index: number, argumentsDelta: string): ChatEvent => ({
  type: 'tool_call_delta',
  index,
  argumentsDelta,
});
const end = (index: number, all: string): ChatEvent => ({ type: 'tool_call_end', index, arguments: all });
const finish: ChatEvent = { type: 'finish', finishReason: 'stop' };

test('a legal stream passes, with parts and calls mixed', () => {
  const events: readonly ChatEvent[] = [
    { type: 'start' },
    text(0),
    start(1),
    start(2),
    delta(2, '{'),
    text(0),
    delta(1, '{}'),
    delta(2, '}'),
    { type: 'usage', usage: { inputTokens: 1, outputTokens: 1 } },
    end(1, '{}'),
    end(2, '{}'),
    finish,
  ];
  expect(() => expectLegalStream(events)).not.toThrow();
});

const illegal: readonly (readonly [why: string, events: readonly ChatEvent[], says: string])[] = [
  ['no finish', [text(0)], 'one "finish"'],
  ['two of them', [text(0), finish, finish], 'one "finish"'],
  ['something after it', [finish, text(0)], 'one "finish"'],
  ['two starts', [{ type: 'start' }, { type: 'start' }, finish], 'one "start"'],
  ['a start after content', [text(0), { type: 'start' }, finish], 'before any content'],
  ['an index that was skipped', [text(1), finish], 'has index 0'],
  [
    'a part that changes its kind',
    [text(0), { type: 'reasoning_delta', index: 0, text: 'b' }, finish],
    'is text, and then',
  ],
  ['a call that starts twice', [start(0), start(0), end(0, ''), finish], 'starts once'],
  ['a delta without a start', [delta(0, '{}'), finish], 'before its tool_call_start'],
  ['an end without a start', [end(0, '{}'), finish], 'before its tool_call_start'],
  ['an end that says something else', [start(0), delta(0, '{'), end(0, '{}'), finish], 'all deltas'],
  ['a delta after the end', [start(0), end(0, ''), delta(0, 'x'), finish], 'after its end'],
  ['a call without an end', [start(0), finish], 'without its tool_call_end'],
];

test.each(illegal)('%s is found', (_, events, says) => {
  expect(() => expectLegalStream(events)).toThrow(says);
});
