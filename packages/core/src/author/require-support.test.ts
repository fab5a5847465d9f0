import { describe, expect, test } from 'vitest';

import { unknownCapabilities, type Capabilities } from '../chat/capabilities.js';
import type { ChatRequest } from '../chat/chat-request.js';
import { toolResults, user, type UserContent } from '../message/message.js';
import { requireSupport, unsupported } from './require-support.js';

const tools = [{ name: 'weather', inputSchema: { type: 'object' } }] as const;
const schema = { type: 'json_schema', name: 'answer', schema: { type: 'object' } } as const;
const bytes = new Uint8Array(1);
const saying = (part: UserContent): ChatRequest => ({ messages: [user(part)] });

const needs: readonly (readonly [keyof Capabilities, string, ChatRequest])[] = [
  ['tools', 'tools', { messages: [], tools }],
  ['toolChoice', 'toolChoice', { messages: [], tools, toolChoice: 'required' }],
  ['toolChoice', 'toolChoice', { messages: [], tools, toolChoice: { name: 'weather' } }],
  ['parallelTools', 'parallel', { messages: [], tools, parallelToolCalls: true }],
  ['structuredOutput', 'JSON Schema', { messages: [], responseFormat: schema }],
  ['structuredOutputWithTools', 'together with tools', { messages: [], tools, responseFormat: schema }],
  ['vision', 'images', saying({ type: 'image', mimeType: 'image/png', data: bytes })],
  ['imageUrls', 'images by URL', saying({ type: 'image_url', url: 'https://pictures.example/1' })],
  ['files', 'files', saying({ type: 'file', mimeType: 'application/pdf', data: bytes })],
  ['audio', 'audio', saying({ type: 'audio', mimeType: 'audio/wav', data: bytes })],
];

describe.each(needs)('%s', (capability, named, request) => {
  test('a certain no is refused, and named', () => {
    const refusing = () => requireSupport(request, { ...unknownCapabilities, [capability]: 'no' }, 'acme:small');
    expect(refusing).toThrow(expect.objectContaining({ code: 'unsupported', source: 'acme:small', retryable: false }));
    expect(refusing).toThrow(named);
  });

  test('yes and unknown pass', () => {
    requireSupport(request, { ...unknownCapabilities, [capability]: 'yes' }, 'acme:small');
    requireSupport(request, unknownCapabilities, 'acme:small');
    expect(unknownCapabilities[capability]).toBe('unknown');
  });
});

const nothing: Capabilities = {
  streaming: 'no',
  tools: 'no',
  parallelTools: 'no',
  toolChoice: 'no',
  structuredOutput: 'no',
  structuredOutputWithTools: 'no',
  vision: 'no',
  imageUrls: 'no',
  files: 'no',
  audio: 'no',
  reasoningEfforts: [],
  promptCache: 'no',
};

test('a model that can do nothing still takes what asks for nothing', () => {
  const plain: ChatRequest = {
    messages: [user('Hello')],
    tools: [],
    toolChoice: 'auto',
    parallelToolCalls: false,
    responseFormat: { type: 'text' },
  };
  expect(() => requireSupport(plain, nothing, 'acme:small')).not.toThrow();
});

test('parallel tool calls without tools ask for nothing', () => {
  const request: ChatRequest = { messages: [user('Hello')], parallelToolCalls: true };
  expect(() => requireSupport(request, nothing, 'acme:small')).not.toThrow();
});

test('a picture inside a tool result is found', () => {
  const content = [{ type: 'image', mimeType: 'image/png', data: bytes }] as const;
  const request = { messages: [toolResults({ type: 'tool_result', toolCallId: 'call_1', name: 'camera', content })] };
  expect(() => requireSupport(request, nothing, 'acme:small')).toThrow('images');
});

test('a reasoning effort that the model does not take is refused, with those it takes', () => {
  const request: ChatRequest = { messages: [], reasoning: { effort: 'xhigh' } };
  const taking = (reasoningEfforts: Capabilities['reasoningEfforts']) => () =>
    requireSupport(request, { ...unknownCapabilities, reasoningEfforts }, 'acme:small');
  expect(taking(['low', 'high'])).toThrow(expect.objectContaining({ code: 'unsupported' }));
  expect(taking(['low', 'high'])).toThrow('low, high');
  expect(taking([])).toThrow('xhigh');
  expect(taking(['xhigh'])).not.toThrow();
  expect(taking('unknown')).not.toThrow();
});

test('unsupported names who and what', () => {
  expect(unsupported('acme:small', 'telepathy')).toMatchObject({
    code: 'unsupported',
    message: 'acme:small does not support telepathy',
  });
});
