import { assistant, toolResults, user, type ChatRequest } from '@tako/core';
import { expect, test } from 'vitest';

import { toOpenAIResponses } from './to-openai-responses.js';

function bodyOf(request: Partial<ChatRequest>, encryptedReasoning?: boolean): unknown {
  return toOpenAIResponses({ messages: [], ...request }, { model: 'm', encryptedReasoning }).body;
}

test('nothing is stored, and reasoning is asked for in a form that can be handed back', () => {
  expect(bodyOf({}, true)).toEqual({ model: 'm', input: [], store: false, include: ['reasoning.encrypted_content'] });
});

test("reasoning is handed back where it is the vendor's own, with the phase of its text", () => {
  const own = { vendor: 'openai', data: { id: 'rs_1', encrypted_content: 'abc' } };
  const message = assistant(
    { type: 'reasoning', text: 'Hm.', vendorData: own },
    { type: 'reasoning', text: 'Foreign.', vendorData: { vendor: 'other', data: { id: 'x', encrypted_content: 'y' } } },
    { type: 'text', text: 'Look.', vendorData: { vendor: 'openai', data: { phase: 'commentary' } } },
    { type: 'tool_call', id: 'c', name: 'f', arguments: ' ' },
  );
  expect(bodyOf({ messages: [message] })).toMatchObject({
    input: [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'abc' },
      { role: 'assistant', content: 'Look.', phase: 'commentary' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ],
  });
});

test('a picture in a tool result stays in it', () => {
  const result = { type: 'tool_result' as const, toolCallId: 'c', name: 'look', isError: true };
  const image = { type: 'image' as const, mimeType: 'image/png', data: 'AQID' };
  expect(
    bodyOf({ messages: [toolResults({ ...result, content: [{ type: 'text', text: 'seen' }, image] })] }),
  ).toMatchObject({
    input: [
      {
        type: 'function_call_output',
        call_id: 'c',
        output: [
          { type: 'input_text', text: '[tool error] ' },
          { type: 'input_text', text: 'seen' },
          { type: 'input_image', image_url: 'data:image/png;base64,AQID', detail: 'auto' },
        ],
      },
    ],
  });
});

test('a tool says whether it is strict, since the default of the API is yes', () => {
  const tools = [{ name: 'f', inputSchema: { type: 'object' } }];
  expect(bodyOf({ tools })).toMatchObject({ tools: [{ type: 'function', name: 'f', strict: false }] });
});

test('what the API lacks is refused or warned about', () => {
  const refusal = expect.objectContaining({ code: 'unsupported' });
  expect(() => bodyOf({ stop: ['END'] })).toThrow(refusal);
  expect(() => bodyOf({ messages: [user({ type: 'audio', mimeType: 'audio/wav', data: '' })] })).toThrow(refusal);
  const { body, warnings } = toOpenAIResponses({ messages: [], seed: 1 }, { model: 'm' });
  expect(body).not.toHaveProperty('seed');
  expect(warnings.map(({ code }) => code)).toEqual(['ignored_seed']);
});
