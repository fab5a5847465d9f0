import { user, type ChatRequest, type JsonValue } from '@tako/core';
import { expect, test } from 'vitest';

import { placeholderNames } from './placeholders.js';
import { parseTemplate } from './template.js';
import { toHttpGeneric, type HttpGenericBody } from './to-http-generic.js';

const question: ChatRequest = { messages: [user('Well?')] };
const tools = [{ name: 'f', inputSchema: { type: 'object' } }];
const full: ChatRequest = {
  ...question,
  tools,
  toolChoice: { name: 'f' },
  parallelToolCalls: false,
  responseFormat: { type: 'json' },
  temperature: 0,
  topP: 0.5,
  maxOutputTokens: 9,
  stop: ['END'],
  seed: 0,
  reasoning: { effort: 'low' },
  metadata: { a: 'b' },
};

function written(body: JsonValue, request: ChatRequest, stream = false): HttpGenericBody {
  return toHttpGeneric(request, {
    model: 'm',
    vendor: 'acme',
    source: 'acme:m',
    stream,
    template: parseTemplate(body, placeholderNames),
    maxTokensField: 'max_tokens',
    transform: undefined,
  });
}

const openaiTools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
const openaiFull = {
  model: 'm',
  messages: [{ role: 'user', content: 'Well?' }],
  tools: openaiTools,
  tool_choice: { type: 'function', function: { name: 'f' } },
  parallel_tool_calls: false,
  response_format: { type: 'json_object' },
  temperature: 0,
  top_p: 0.5,
  max_tokens: 9,
  stop: ['END'],
  seed: 0,
  reasoning_effort: 'low',
  metadata: { a: 'b' },
};

test('the whole request is a body of OpenAI', () => {
  expect(written('{{ request }}', full)).toEqual({ asked: openaiFull, warnings: [] });
});

test('every piece has a placeholder', () => {
  const template = Object.fromEntries(placeholderNames.map((name) => [name, `{{ ${name} }}`]));
  const { request, ...pieces } = template;
  expect(request).toBeDefined();
  expect(written(pieces, full, true)).toEqual({
    asked: {
      model: 'm',
      messages: openaiFull.messages,
      stream: true,
      tools: openaiTools,
      toolChoice: openaiFull.tool_choice,
      parallelToolCalls: false,
      responseFormat: { type: 'json_object' },
      temperature: 0,
      topP: 0.5,
      maxOutputTokens: 9,
      stop: ['END'],
      seed: 0,
      reasoningEffort: 'low',
      metadata: { a: 'b' },
    },
    warnings: [],
  });
});

test('what the request does not have is left out', () => {
  const body = { chat: '{{ messages }}', tools: '{{ tools }}', t: '{{ temperature }}', live: '{{ stream }}' };
  expect(written(body, question).asked).toEqual({ chat: openaiFull.messages, live: false });
});

test.each<[string, Partial<ChatRequest>]>([
  ['tools', { tools }],
  ['toolChoice', { toolChoice: 'required' }],
  ['toolChoice', { toolChoice: { name: 'f' } }],
  ['responseFormat', { responseFormat: { type: 'json' } }],
  ['responseFormat', { responseFormat: { type: 'json_schema', name: 's', schema: {} } }],
  ['maxOutputTokens', { maxOutputTokens: 1 }],
  ['stop', { stop: ['END'] }],
  ['reasoningEffort', { reasoning: { effort: 'none' } }],
])('%s without a place is refused: %j', (name, wish) => {
  const failure = { code: 'unsupported', message: expect.stringContaining(name) };
  expect(() => written({ chat: '{{ messages }}' }, { ...question, ...wish })).toThrow(expect.objectContaining(failure));
});

test('with tools, to want none of them is refused where it cannot be said', () => {
  const body = { chat: '{{ messages }}', tools: '{{ tools }}' };
  expect(() => written(body, { ...question, tools, toolChoice: 'none' })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  );
  expect(written(body, { ...question, toolChoice: 'none' }).warnings).toEqual([]);
  expect(written(body, { ...question, tools, toolChoice: 'auto' }).warnings).toEqual([]);
});

test('what says nothing needs no place', () => {
  const empty = {
    ...question,
    tools: [],
    stop: [],
    responseFormat: { type: 'text' },
    parallelToolCalls: true,
  } as const;
  expect(written({ chat: '{{ messages }}' }, empty).warnings).toEqual([]);
});

test('wishes without a place are told as warnings', () => {
  const request = { ...question, tools, temperature: 0, topP: 1, seed: 0, parallelToolCalls: false };
  const { warnings } = written(
    { chat: '{{ messages }}', tools: '{{ tools }}' },
    { ...request, metadata: {}, cache: { key: 'k' } },
  );
  expect(warnings.map(({ code }) => code)).toEqual([
    'ignored_temperature',
    'ignored_top_p',
    'ignored_seed',
    'ignored_parallel_tool_calls',
    'ignored_metadata',
    'ignored_cache',
  ]);
});

test('vendorOptions are merged last, and take fields out', () => {
  const vendorOptions = { acme: { extra: [1], model: undefined }, other: { no: 1 } };
  expect(JSON.parse(JSON.stringify(written('{{ request }}', { ...question, vendorOptions }).asked))).toEqual({
    messages: openaiFull.messages,
    extra: [1],
  });
  expect(() => written(['{{ messages }}'], { ...question, vendorOptions })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  );
});

test('a prompt that looks like a template is a prompt', () => {
  const messages = [user('{{ model }} {{ nothing }}')];
  expect(written({ text: 'Answer {{ messages }}', chat: '{{ messages }}' }, { messages }).asked).toEqual({
    text: 'Answer [{"role":"user","content":"{{ model }} {{ nothing }}"}]',
    chat: [{ role: 'user', content: '{{ model }} {{ nothing }}' }],
  });
});
