import { describe, expect, test } from 'vitest';

import { fromOpenAIRequest } from './from-openai-request.js';

const hello = [{ role: 'user', content: 'Hello' }];
const called = {
  role: 'assistant',
  tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
};

function read(fields: object): ReturnType<typeof fromOpenAIRequest> {
  return fromOpenAIRequest({ model: 'm', messages: hello, ...fields });
}

describe('what clients really send', () => {
  test('null is absent', () => {
    expect(read({ temperature: null, tools: null, stop: null, user: null, stream: null })).toEqual({
      model: 'm',
      request: { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] },
      stream: false,
      includeUsage: false,
      rest: {},
      ignored: [],
    });
  });

  test('developer is system, and a list of texts is kept as parts', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    expect(read({ messages: [{ role: 'developer', content }] }).request.messages).toEqual([
      { role: 'system', content },
    ]);
  });

  test('tool messages in a row are one message, and the name is that of the call', () => {
    const calls = ['1', '2'].map((id) => ({ id, type: 'function', function: { name: `f${id}`, arguments: '{}' } }));
    const results = ['1', '2'].map((id) => ({ role: 'tool', tool_call_id: id, content: `r${id}` }));
    const { messages } = read({
      messages: [{ role: 'assistant', content: null, tool_calls: calls }, ...results],
    }).request;
    expect(messages[1]).toEqual({
      role: 'tool',
      content: ['1', '2'].map((id) => ({
        type: 'tool_result',
        toolCallId: id,
        name: `f${id}`,
        content: [{ type: 'text', text: `r${id}` }],
      })),
    });
  });

  test('one stop text is a list, and the older name of the longest answer is read', () => {
    expect(read({ stop: 'END', max_tokens: 5 }).request).toMatchObject({ stop: ['END'], maxOutputTokens: 5 });
    expect(read({ max_tokens: 5, max_completion_tokens: 7 }).request.maxOutputTokens).toBe(7);
  });

  test('a stream with usage', () => {
    expect(read({ stream: true, stream_options: { include_usage: true } })).toMatchObject({
      stream: true,
      includeUsage: true,
    });
  });

  test('a schema without strict is a hint, as it is with OpenAI', () => {
    const format = (strict?: boolean): object => ({
      type: 'json_schema',
      json_schema: { name: 'n', schema: {}, strict },
    });
    expect(read({ response_format: format() }).request.responseFormat).toMatchObject({ strict: false });
    expect(read({ response_format: format(true) }).request.responseFormat).not.toHaveProperty('strict');
  });
});

describe('nothing is dropped in silence', () => {
  test('fields without a place are handed over as they came', () => {
    const rest = {
      n: 2,
      logprobs: true,
      user: 'u',
      presence_penalty: 0.5,
      reasoning_effort: 'max',
      from_the_future: { a: [1] },
    };
    expect(read({ ...rest, temperature: 1 }).rest).toEqual(rest);
  });

  test('inner fields without a place are named', () => {
    const { ignored } = read({
      messages: [
        { role: 'user', name: 'Ada', content: [{ type: 'text', text: 'a', cache_control: {} }] },
        { ...called, audio: { id: 'x' } },
      ],
      tools: [{ type: 'function', function: { name: 'f', examples: [] } }],
      stream_options: { include_obfuscation: false },
    });
    expect(ignored.toSorted()).toEqual([
      'messages[0].content[0].cache_control',
      'messages[0].name',
      'messages[1].audio',
      'stream_options.include_obfuscation',
      'tools[0].function.examples',
    ]);
  });

  test('names that belong to the prototype of objects are data like any other', () => {
    const body = JSON.parse('{"model":"m","messages":[],"metadata":{"__proto__":"x"},"__proto__":{"polluted":1}}');
    const { request, rest } = fromOpenAIRequest(body);
    expect(Object.keys(request.metadata ?? {})).toEqual(['__proto__']);
    expect(Object.keys(rest)).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('polluted');
    expect(() => fromOpenAIRequest(JSON.parse('{"__proto__":{"model":"m","messages":[]}}'))).toThrow(/messages|model/);
  });
});

describe('what OpenAI would refuse, or Tako cannot hold', () => {
  test.each<[string, unknown, string]>([
    ['no object', [], 'body'],
    ['no model', { messages: hello }, 'model'],
    ['no messages', { model: 'm' }, 'messages'],
    ['a message that is none', { model: 'm', messages: [null] }, 'messages[0]'],
    ['an unknown role', { model: 'm', messages: [{ role: 'robot', content: '' }] }, 'messages[0].role'],
    ['no content', { model: 'm', messages: [{ role: 'user' }] }, 'messages[0].content'],
    [
      'an unknown part',
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'video' }] }] },
      'messages[0].content[0].type',
    ],
    [
      'a file by id',
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
      'messages[0].content[0].file',
    ],
    [
      'a result without its call',
      { model: 'm', messages: [called, { role: 'tool', tool_call_id: '2', content: '' }] },
      'messages[1].tool_call_id',
    ],
    [
      'a result without an id',
      { model: 'm', messages: [called, { role: 'tool', content: '' }] },
      'messages[1].tool_call_id',
    ],
    [
      'a call of another type',
      { model: 'm', messages: [{ role: 'assistant', tool_calls: [{ type: 'custom' }] }] },
      'messages[0].tool_calls[0].type',
    ],
    ['a temperature out of range', { model: 'm', messages: hello, temperature: 3 }, 'temperature'],
    ['a number as text', { model: 'm', messages: hello, max_tokens: '10' }, 'max_tokens'],
    [
      'a number beyond all',
      { model: 'm', messages: hello, max_completion_tokens: JSON.parse('1e309') },
      'max_completion_tokens',
    ],
    ['a tool of another type', { model: 'm', messages: hello, tools: [{ type: 'custom' }] }, 'tools[0].type'],
    [
      'a choice of another type',
      { model: 'm', messages: hello, tool_choice: { type: 'allowed_tools' } },
      'tool_choice.type',
    ],
    [
      'an unknown format',
      { model: 'm', messages: hello, response_format: { type: 'grammar' } },
      'response_format.type',
    ],
    ['metadata that is no text', { model: 'm', messages: hello, metadata: { a: 1 } }, 'metadata.a'],
  ])('%s is invalid, with its place', (_, body, param) => {
    expect(() => fromOpenAIRequest(body)).toThrow(expect.objectContaining({ code: 'invalid', details: { param } }));
  });
});
