import { assistant, user, type RunState } from '@tako/core';
import { expect, test } from 'vitest';

import { waitsIn } from './waits-in.js';

const used = { inputTokens: 0, outputTokens: 0 };

function leaf(results: RunState['toolResults'] = []): RunState {
  const call = { type: 'tool_call', id: 'call_1', name: 'look', arguments: '{}' } as const;
  const messages = [user('Q'), assistant(call)];
  return { version: 1, kind: 'a', runId: 'r', step: 1, messages, toolResults: results, usage: used, calls: [] };
}

/** A tree around `inside`; states are plain JSON. */
function tree(inside: RunState): RunState {
  const runs = JSON.parse(JSON.stringify({ '0.0': inside }));
  return { ...leaf(), kind: 'b', progress: { done: {}, runs } };
}

test('a call waits by the path of the runs that it is in', () => {
  expect(waitsIn(leaf(), 'call_1')).toBe(true);
  expect(waitsIn(tree(leaf()), '0.0:call_1')).toBe(true);
  expect(waitsIn(tree(tree(leaf())), '0.0:0.0:call_1')).toBe(true);
});

test.each(['call_1', 'call_2', '0.0:call_2', '0.1:call_1', '0.0:0.0:call_1', ':call_1', '', '__proto__:call_1'])(
  '%j does not wait',
  (id) => {
    expect(waitsIn(tree(leaf()), id)).toBe(false);
  },
);

test('a call that has its result does not wait', () => {
  const result = { type: 'tool_result', toolCallId: 'call_1', name: 'look', content: [], isError: false } as const;
  expect(waitsIn(tree(leaf([result])), '0.0:call_1')).toBe(false);
});

test('what a kind of its own keeps to itself may wait', () => {
  expect(waitsIn({ ...leaf(), progress: { own: 1 } }, 'anything')).toBe(true);
});
