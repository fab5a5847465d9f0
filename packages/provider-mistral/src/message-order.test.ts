import { expect, test } from 'vitest';

import { inMistralOrder } from './message-order.js';
import type { MistralMessage } from './mistral-request.js';

const call = { id: 'D681PevKs', type: 'function', function: { name: 'f', arguments: '{}' } } as const;
const calls: MistralMessage = { role: 'assistant', content: null, tool_calls: [call] };
const result: MistralMessage = { role: 'tool', tool_call_id: 'D681PevKs', content: 'Rain.' };
const said = (text: string): MistralMessage => ({ role: 'assistant', content: text });
const asked = (text: string): MistralMessage => ({ role: 'user', content: text });
const rule = (text: string): MistralMessage => ({ role: 'system', content: text });

function order(...messages: readonly MistralMessage[]): { readonly told: string[]; readonly codes: string[] } {
  const codes: string[] = [];
  const ordered = inMistralOrder(messages, (code) => codes.push(code));
  return {
    told: ordered.map(({ role, content }) => `${role}: ${typeof content === 'string' ? content : 'null'}`),
    codes,
  };
}

test('what Mistral takes stays as it is', () => {
  const messages = [
    rule('1'),
    rule('2'),
    asked('a'),
    rule('3'),
    asked('b'),
    calls,
    result,
    result,
    said('c'),
    asked('d'),
  ];
  expect(inMistralOrder(messages, () => expect.unreachable())).toEqual(messages);
});

test('a user who speaks after a tool: the model says a word between', () => {
  expect(order(asked('a'), calls, result, asked('b'))).toEqual({
    told: ['user: a', 'assistant: null', 'tool: Rain.', 'assistant: I have read the results.', 'user: b'],
    codes: ['bridged_messages'],
  });
});

test('a system message after the model or its tools goes in front of them, and all keep their order', () => {
  expect(order(rule('1'), asked('a'), said('b'), rule('2'), rule('3'), asked('c'), calls, result, rule('4'))).toEqual({
    told: [
      'system: 1',
      'user: a',
      'system: 2',
      'system: 3',
      'assistant: b',
      'user: c',
      'system: 4',
      'assistant: null',
      'tool: Rain.',
    ],
    codes: ['moved_system', 'moved_system', 'moved_system'],
  });
});

test('a system message between a result and the user: it goes to the front, and the word comes between', () => {
  expect(order(asked('a'), calls, result, rule('1'), asked('b')).told).toEqual([
    'user: a',
    'system: 1',
    'assistant: null',
    'tool: Rain.',
    'assistant: I have read the results.',
    'user: b',
  ]);
});

test('a turn that says nothing is left out', () => {
  expect(order(asked('a'), said(''), asked('b')).told).toEqual(['user: a', 'user: b']);
  expect(inMistralOrder([asked('a'), { role: 'assistant', content: [] }], () => undefined)).toEqual([asked('a')]);
});

test("the model's turn at the end is the beginning of its answer", () => {
  const prefix = { role: 'assistant', content: 'The capital is', prefix: true };
  expect(inMistralOrder([asked('a'), said('The capital is')], () => undefined)).toEqual([asked('a'), prefix]);
});
