import { assistant, system, toolResults, user, type ChatRequest, type ToolSchema } from '@tako/core';
import { expect, test } from 'vitest';

import { bedrockCapabilities } from './capabilities.js';
import { toBedrock, type BedrockRequest, type ToBedrockOptions } from './to-bedrock.js';

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const weather: ToolSchema = { name: 'weather', description: 'Weather', inputSchema: { type: 'object' } };
const question: ChatRequest = { messages: [user('Well?')] };
const conversation: ChatRequest['messages'] = [
  user('Weather?'),
  assistant({ type: 'tool_call', id: 'c1', name: 'weather', arguments: '{}' }),
  toolResults({ type: 'tool_result', toolCallId: 'c1', name: 'weather', content: [{ type: 'text', text: 'Rain.' }] }),
];

function written(request: ChatRequest, model = claude, options: Partial<ToBedrockOptions> = {}): BedrockRequest {
  return toBedrock(request, {
    model,
    source: `bedrock:${model}`,
    capabilities: bedrockCapabilities(model),
    stream: true,
    ...options,
  });
}

function codes({ warnings }: BedrockRequest): string[] {
  return warnings.map(({ code }) => code);
}

test('a plain question is a message and nothing else', () => {
  expect(written(question)).toEqual({
    input: { modelId: claude, messages: [{ role: 'user', content: [{ text: 'Well?' }] }] },
    warnings: [],
  });
});

test('system texts go to their own field, all of them, and turns alternate without them', () => {
  const { input } = written({
    messages: [system('One.'), user('Hi.'), system('Two.'), user('Again.'), assistant('Yes?'), system(' ')],
  });
  expect(input).toMatchObject({
    system: [{ text: 'One.' }, { text: 'Two.' }],
    messages: [
      { role: 'user', content: [{ text: 'Hi.' }, { text: 'Again.' }] },
      { role: 'assistant', content: [{ text: 'Yes?' }] },
    ],
  });
});

test('fields of the request are fields of inferenceConfig, toolConfig and outputConfig', () => {
  const { input, warnings } = written({
    ...question,
    tools: [{ ...weather, strict: true }],
    toolChoice: { name: 'weather' },
    maxOutputTokens: 100,
    temperature: 0,
    topP: 0.9,
    stop: ['END'],
    metadata: { team: 'blue' },
    responseFormat: { type: 'json_schema', name: 'lodging', schema: { type: 'object' } },
  });
  expect(input).toEqual({
    modelId: claude,
    messages: [{ role: 'user', content: [{ text: 'Well?' }] }],
    inferenceConfig: { maxTokens: 100, temperature: 0, topP: 0.9, stopSequences: ['END'] },
    toolConfig: {
      tools: [
        {
          toolSpec: {
            name: 'weather',
            description: 'Weather',
            inputSchema: { json: { type: 'object' } },
            strict: true,
          },
        },
      ],
      toolChoice: { tool: { name: 'weather' } },
    },
    outputConfig: {
      textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}', name: 'lodging' } } },
    },
    requestMetadata: { team: 'blue' },
  });
  expect(warnings).toEqual([]);
});

test('guardrail, latency and tier', () => {
  const onTrace = (): void => undefined;
  const guardrail = { id: 'gr-1', version: '3', streamProcessingMode: 'async' as const, onTrace };
  const options = { guardrail, latency: 'optimized' as const, serviceTier: 'flex' as const };
  expect(written(question, claude, options).input).toMatchObject({
    guardrailConfig: {
      guardrailIdentifier: 'gr-1',
      guardrailVersion: '3',
      trace: 'enabled',
      streamProcessingMode: 'async',
    },
    performanceConfig: { latency: 'optimized' },
    serviceTier: { type: 'flex' },
  });
  const whole = written(question, claude, { ...options, guardrail: { id: 'gr-1', version: 'DRAFT' }, stream: false });
  expect(whole.input.guardrailConfig).toEqual({ guardrailIdentifier: 'gr-1', guardrailVersion: 'DRAFT' });
});

test("vendorOptions: Converse's own fields are merged into them, all others go to the model", () => {
  const bedrock = {
    inferenceConfig: { topP: 0.5 },
    serviceTier: { type: 'priority' },
    top_k: 7,
    additionalModelRequestFields: { beta: true },
    outputConfig: undefined,
  };
  const { input } = written({ ...question, maxOutputTokens: 50, vendorOptions: { bedrock, openai: { n: 2 } } });
  expect(input).toMatchObject({
    inferenceConfig: { maxTokens: 50, topP: 0.5 },
    serviceTier: { type: 'priority' },
    additionalModelRequestFields: { top_k: 7, beta: true },
  });
  expect(JSON.stringify(input)).not.toContain('"n"');
});

test('what Converse cannot say is said in a warning', () => {
  const request: ChatRequest = {
    ...question,
    tools: [weather],
    seed: 1,
    parallelToolCalls: false,
    responseFormat: { type: 'json' },
    cache: { key: 'k' },
  };
  const answer = written(request);
  expect(codes(answer).toSorted()).toEqual([
    'downgraded_response_format',
    'ignored_cache_key',
    'ignored_parallel_tool_calls',
    'ignored_seed',
  ]);
  expect(answer.input.system?.[0]?.text).toContain('JSON');
});

test('"none" is no tools at all, unless the history has calls: then Converse demands them', () => {
  expect(written({ ...question, tools: [weather], toolChoice: 'none' }).input.toolConfig).toBeUndefined();
  const kept = written({ messages: conversation, tools: [weather], toolChoice: 'none' });
  expect(kept.input.toolConfig?.tools).toHaveLength(1);
  expect(codes(kept)).toEqual(['ignored_tool_choice']);
});

test('a history with calls and no tools gets stand-ins', () => {
  const answer = written({ messages: conversation });
  expect(answer.input.toolConfig?.tools?.map(({ toolSpec }) => toolSpec?.name)).toEqual(['weather']);
  expect(codes(answer)).toEqual(['added_tools']);
});

test('a call that must be, without tools to call, is refused', () => {
  expect(() => written({ ...question, toolChoice: 'required' })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  );
});

const cached: ChatRequest = { messages: [system('Be brief.'), user('Well?')], tools: [weather], cache: {} };

test('cache points stand behind tools, system and the last message of the user', () => {
  const point = { cachePoint: { type: 'default' } };
  const { input } = written(cached);
  expect(input.toolConfig?.tools?.at(-1)).toEqual(point);
  expect(input.system?.at(-1)).toEqual(point);
  expect(input.messages?.at(-1)?.content?.at(-1)).toEqual(point);
});

test.each([
  [claude, 3_600_000, '1h'],
  [claude, 60_000, undefined],
  ['anthropic.claude-3-7-sonnet-20250219-v1:0', 3_600_000, undefined],
])('%s, to be kept for %i ms', (model, ttlMs, ttl) => {
  expect(written({ ...cached, cache: { ttlMs } }, model).input.system?.at(-1)?.cachePoint?.ttl).toBe(ttl);
});

test('Nova caches no tools, and a model that is not known to cache gets no points', () => {
  const { input } = written(cached, 'amazon.nova-pro-v1:0');
  expect(input.toolConfig?.tools?.some(({ cachePoint }) => cachePoint !== undefined)).toBe(false);
  expect(input.system?.at(-1)?.cachePoint).toEqual({ type: 'default' });
  const unknown = written(cached, 'acme.large-v1');
  expect(JSON.stringify(unknown.input)).not.toContain('cachePoint');
  expect(codes(unknown)).toEqual(['ignored_cache']);
});

test('a request is left as it was', () => {
  const frozen = Object.freeze({ ...cached, tools: Object.freeze([Object.freeze({ ...weather })]) });
  const before = JSON.stringify(frozen);
  written(frozen);
  expect(JSON.stringify(frozen)).toBe(before);
});
