import { expect, test } from 'vitest';

import { fromOpenAIResponsesRequest } from './from-openai-responses-request.js';

function read(fields: object): ReturnType<typeof fromOpenAIResponsesRequest> {
  return fromOpenAIResponsesRequest({ model: 'm', ...fields });
}

test('text as input, and instructions before it', () => {
  expect(read({ input: 'Hello', instructions: 'Be brief.' }).request.messages).toEqual([
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
  ]);
});

test('what the model said in a row is one message, as clients hand it back', () => {
  const input = [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Well?' }] },
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'abc' },
    {
      type: 'message',
      role: 'assistant',
      id: 'msg_1',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Look.' }],
    },
    { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c', output: 'x' },
  ];
  expect(read({ input }).request.messages).toMatchObject([
    { role: 'user' },
    {
      role: 'assistant',
      content: [{ type: 'reasoning' }, { type: 'text', text: 'Look.' }, { type: 'tool_call', id: 'c' }],
    },
    { role: 'tool', content: [{ toolCallId: 'c', name: 'f', content: [{ type: 'text', text: 'x' }] }] },
  ]);
});

test('items, tools and fields of other kinds are named, not refused', () => {
  const { request, rest, ignored } = read({
    input: [
      { type: 'compaction', encrypted_content: 'x' },
      { role: 'user', content: 'Hi' },
    ],
    tools: [{ type: 'web_search' }, { type: 'function', name: 'f', parameters: {} }],
    tool_choice: { type: 'web_search' },
    reasoning: { effort: 'max', summary: 'auto' },
    text: { verbosity: 'low' },
    previous_response_id: 'resp_1',
    store: true,
  });
  expect(request).toMatchObject({ messages: [{ role: 'user' }], tools: [{ name: 'f', strict: true }] });
  expect(rest).toEqual({ previous_response_id: 'resp_1', store: true });
  expect(ignored.toSorted()).toEqual([
    'input[0]',
    'reasoning.effort',
    'reasoning.summary',
    'text.verbosity',
    'tool_choice',
    'tools[0]',
  ]);
});

test.each<[string, object, string]>([
  ['no model', { model: undefined }, 'model'],
  ['input that is none', { input: 7 }, 'input'],
  ['an unknown role', { input: [{ role: 'robot', content: '' }] }, 'input[0].role'],
  [
    'an output without its call',
    { input: [{ type: 'function_call_output', call_id: 'c', output: '' }] },
    'input[0].call_id',
  ],
  ['an unknown part', { input: [{ role: 'user', content: [{ type: 'video' }] }] }, 'input[0].content[0].type'],
  [
    'a picture as instructions',
    { input: [{ role: 'system', content: [{ type: 'input_image', image_url: 'https://a/b' }] }] },
    'input[0].content[0].type',
  ],
  ['an unknown format', { text: { format: { type: 'grammar' } } }, 'text.format.type'],
])('%s is invalid, with its place', (_, fields, param) => {
  expect(() => read(fields)).toThrow(expect.objectContaining({ code: 'invalid', details: { param } }));
});
