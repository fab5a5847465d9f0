import { assistant, system, toolResults, user, type ChatRequest, type Message } from '@tako/core';
import { describe, expect, test } from 'vitest';

import type { OpenAIMessage } from './openai-chat-request.js';
import { toOpenAI } from './to-openai.js';

const tool = { name: 'f', inputSchema: { type: 'object', properties: { a: { type: 'string' } } } };
const closed = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };

function bodyOf(fields: Partial<ChatRequest>, stream = false): object {
  return toOpenAI({ messages: [], ...fields }, { model: 'm', stream }).body;
}

function messagesOf(...messages: readonly Message[]): OpenAIMessage[] {
  return toOpenAI({ messages }, { model: 'm' }).body.messages;
}

function call(id: string, text = '{}'): Message {
  return assistant({ type: 'tool_call', id, name: 'look', arguments: text });
}

describe('messages', () => {
  test('all system messages stay, in their places', () => {
    expect(messagesOf(system('a'), user('b'), system('c'))).toEqual([
      { role: 'system', content: 'a' },
      { role: 'user', content: 'b' },
      { role: 'system', content: 'c' },
    ]);
  });

  test('text alone is a flat string, with a picture it is a list in order', () => {
    const picture = { type: 'image' as const, mimeType: 'IMAGE/JPG; q=1', data: new Uint8Array([1, 2, 3]) };
    expect(messagesOf(user('a', 'b'), user('a', picture, 'b'))).toEqual([
      { role: 'user', content: 'ab' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,AQID' } },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
  });

  test('N tool results are N tool messages, and a failed one says so', () => {
    const result = { type: 'tool_result' as const, name: 'look', content: [{ type: 'text' as const, text: 'x' }] };
    const messages = messagesOf(
      assistant(
        { type: 'tool_call', id: '1', name: 'look', arguments: '' },
        { type: 'tool_call', id: '2', name: 'look', arguments: '{"a":1' },
      ),
      toolResults({ ...result, toolCallId: '1' }, { ...result, toolCallId: '2', isError: true }),
    );
    expect(messages).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: '1', type: 'function', function: { name: 'look', arguments: '{}' } },
          { id: '2', type: 'function', function: { name: 'look', arguments: '{"a":1' } },
        ],
      },
      { role: 'tool', tool_call_id: '1', content: 'x' },
      { role: 'tool', tool_call_id: '2', content: '[tool error] x' },
    ]);
  });

  test('pictures of tool results follow all tool messages in a user message that names the calls', () => {
    const image = { type: 'image' as const, mimeType: 'image/png', data: 'AQID' };
    const result = { type: 'tool_result' as const, name: 'look' };
    const { body, warnings } = toOpenAI(
      {
        messages: [
          assistant(
            { type: 'tool_call', id: '1', name: 'look', arguments: '{}' },
            { type: 'tool_call', id: '2', name: 'look', arguments: '{}' },
          ),
          toolResults({ ...result, toolCallId: '1', content: [{ type: 'text', text: 'seen' }, image] }),
          toolResults({ ...result, toolCallId: '2', content: [image] }),
          user('And now?'),
        ],
      },
      { model: 'm' },
    );
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } };
    expect(body.messages.slice(1)).toEqual([
      { role: 'tool', tool_call_id: '1', content: 'seen\n[1 more in the next user message]' },
      { role: 'tool', tool_call_id: '2', content: '[1 more in the next user message]' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Content of the result of 1 (look):' },
          picture,
          { type: 'text', text: 'Content of the result of 2 (look):' },
          picture,
        ],
      },
      { role: 'user', content: 'And now?' },
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(['moved_media']);
  });

  test('reasoning of earlier turns is not sent, and an answer of reasoning alone is an empty one', () => {
    expect(messagesOf(assistant({ type: 'reasoning', text: 'hm' }))).toEqual([{ role: 'assistant', content: '' }]);
  });

  test.each([
    ['a picture of another type', { type: 'image' as const, mimeType: 'image/tiff', data: '' }],
    ['sound of another type', { type: 'audio' as const, mimeType: 'audio/ogg', data: '' }],
  ])('%s is refused before anything is sent', (_, part) => {
    const refusal = expect.objectContaining({ code: 'unsupported', source: 'openai:m' });
    expect(() => messagesOf(user(part))).toThrow(refusal);
    const result = { type: 'tool_result' as const, toolCallId: '1', name: 'look', content: [part] };
    expect(() => messagesOf(call('1'), toolResults(result))).toThrow(refusal);
  });

  test('a document without a name gets one', () => {
    const part = { type: 'file' as const, mimeType: 'application/pdf', data: 'AQID' };
    const file = { file_data: 'data:application/pdf;base64,AQID', filename: 'document.pdf' };
    expect(messagesOf(user(part))).toEqual([{ role: 'user', content: [{ type: 'file', file }] }]);
  });

  test("detail of a picture is OpenAI's own vendor data, and another vendor's is left out", () => {
    const part = (vendor: string): Message =>
      user({
        type: 'image_url',
        url: 'https://a/b',
        vendorData: { vendor, data: { detail: 'low', url: 'https://evil' } },
      });
    expect(messagesOf(part('openai'), part('other')).map(({ content }) => content)).toEqual([
      [{ type: 'image_url', image_url: { url: 'https://a/b', detail: 'low' } }],
      [{ type: 'image_url', image_url: { url: 'https://a/b' } }],
    ]);
  });
});

describe('fields', () => {
  test('what is not asked for is not sent', () => {
    expect(bodyOf({ tools: [], temperature: undefined })).toEqual({ model: 'm', messages: [] });
  });

  test('without tools, choices that say nothing are left out, and others are for the vendor to refuse', () => {
    expect(bodyOf({ toolChoice: 'none', parallelToolCalls: true })).not.toHaveProperty('tool_choice');
    expect(bodyOf({ toolChoice: 'auto', parallelToolCalls: true })).not.toHaveProperty('parallel_tool_calls');
    expect(bodyOf({ toolChoice: 'required' })).toMatchObject({ tool_choice: 'required' });
    expect(bodyOf({ tools: [tool], toolChoice: 'none' })).toMatchObject({ tool_choice: 'none' });
  });

  test('a stream is asked for with usage', () => {
    expect(bodyOf({}, true)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  test('older servers get the older name of the longest answer', () => {
    const { body } = toOpenAI({ messages: [], maxOutputTokens: 9 }, { model: 'm', maxTokensField: 'max_tokens' });
    expect(body).toEqual({ model: 'm', messages: [], max_tokens: 9 });
  });

  test('a cache that lasts an hour or more is the long one', () => {
    expect(bodyOf({ cache: { key: 'k', ttlMs: 3_600_000 } })).toMatchObject({
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
    });
    expect(bodyOf({ cache: { ttlMs: 300_000 } })).toEqual({ model: 'm', messages: [] });
  });

  test("the vendor's own options come last, and take fields out", () => {
    const vendorOptions = { acme: { temperature: 1, stream_options: undefined, top_k: 3 }, openai: { temperature: 2 } };
    const { body } = toOpenAI(
      { messages: [], temperature: 0, vendorOptions },
      { model: 'm', vendor: 'acme', stream: true },
    );
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      model: 'm',
      messages: [],
      temperature: 1,
      top_k: 3,
      stream: true,
    });
  });
});

describe('schemas', () => {
  test('an answer is bound strictly where the schema allows it, else as a hint with a warning', () => {
    const format = (schema: object, strict?: boolean): object =>
      toOpenAI(
        { messages: [], responseFormat: { type: 'json_schema', name: 'n', schema: { ...schema }, strict } },
        { model: 'm' },
      );
    const strictness = (strict: boolean): object => ({ response_format: { json_schema: { strict } } });
    expect(format(closed)).toMatchObject({ body: strictness(true), warnings: [] });
    expect(format(closed, false)).toMatchObject({ body: strictness(false), warnings: [] });
    expect(format(tool.inputSchema, false)).toMatchObject({ body: strictness(false), warnings: [] });
    expect(format(tool.inputSchema)).toMatchObject({
      body: strictness(false),
      warnings: [{ type: 'warning', code: 'downgraded_response_format' }],
    });
  });

  test('a tool is strict where that is asked for and its schema allows it', () => {
    const tools = [
      tool,
      { ...tool, strict: true },
      { ...tool, inputSchema: closed, strict: true },
      { ...tool, strict: false },
    ];
    const { body, warnings } = toOpenAI({ messages: [], tools }, { model: 'm' });
    expect(body.tools?.map((each) => each.function.strict)).toEqual([undefined, undefined, true, false]);
    expect(warnings.map(({ code }) => code)).toEqual(['downgraded_tool_schema']);
  });
});
