import { expect, test } from 'vitest';

import { assistant, system, textOf, toolResults, user } from './message.js';

const picture = { type: 'image_url', url: 'https://pictures.example/1' } as const;

test('text and parts become messages, in their order', () => {
  expect(system('Be brief.')).toStrictEqual({ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] });
  expect(user('What is this?', picture, 'And this?')).toStrictEqual({
    role: 'user',
    content: [{ type: 'text', text: 'What is this?' }, picture, { type: 'text', text: 'And this?' }],
  });
  expect(assistant('A squid.')).toStrictEqual({ role: 'assistant', content: [{ type: 'text', text: 'A squid.' }] });
  expect(user()).toStrictEqual({ role: 'user', content: [] });
});

test('one tool message carries many results', () => {
  const result = (toolCallId: string) =>
    ({ type: 'tool_result', toolCallId, name: 'weather', content: [{ type: 'text', text: 'warm' }] }) as const;
  expect(toolResults(result('a'), result('b'))).toStrictEqual({ role: 'tool', content: [result('a'), result('b')] });
});

test('textOf joins the text, and leaves out reasoning, calls and results', () => {
  const message = assistant(
    { type: 'reasoning', text: 'Hm.' },
    'It is ',
    { type: 'tool_call', id: 'call_1', name: 'weather', arguments: '{}' },
    'warm.',
  );
  expect(textOf(message)).toBe('It is warm.');
  expect(textOf(user(picture))).toBe('');
  const results = toolResults({
    type: 'tool_result',
    toolCallId: 'a',
    name: 'x',
    content: [{ type: 'text', text: 'no' }],
  });
  expect(textOf(results)).toBe('');
});
