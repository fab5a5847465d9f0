import { assistant, system, toolResults, unknownCapabilities, user, type ChatRequest, type Message } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { vertexCapabilities } from './capabilities.js';
import { toVertex, type ToVertexOptions, type VertexBody } from './to-vertex.js';

const weather = { name: 'weather', inputSchema: { type: 'object', properties: { city: { type: 'string' } } } };
const bytes = Uint8Array.of(1, 2, 3);
const png = { type: 'image' as const, mimeType: 'image/png', data: bytes };

function write(request: Partial<ChatRequest>, options: Partial<ToVertexOptions> = {}): VertexBody {
  const { model = 'gemini-3.8-flash' } = options;
  return toVertex(
    { messages: [user('Well?')], ...request },
    { model, source: `vertex:${model}`, capabilities: vertexCapabilities(model), ...options },
  );
}

const codes = ({ warnings }: VertexBody): string[] => warnings.map(({ code }) => code);
const contentsOf = (messages: readonly Message[], model?: string): unknown =>
  write({ messages }, model === undefined ? {} : { model }).body.contents;

test('a plain question is nothing but its contents', () => {
  expect(write({})).toEqual({ body: { contents: [{ role: 'user', parts: [{ text: 'Well?' }] }] }, warnings: [] });
});

test('all system texts are one instruction, in order, wherever they stand', () => {
  const { body } = write({ messages: [system('One.'), user('Hi'), system('Two.')] });
  expect(body.systemInstruction).toEqual({ parts: [{ text: 'One.' }, { text: 'Two.' }] });
  expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'Hi' }] }]);
});

test('everything that can be set, in the order of the vendor', () => {
  const { body, warnings } = write(
    {
      messages: [system('Be brief.'), user('Well?')],
      tools: [{ ...weather, description: 'Weather' }],
      toolChoice: 'auto',
      temperature: 0,
      topP: 0.5,
      maxOutputTokens: 9,
      stop: ['a', 'b', 'c', 'd', 'e'],
      seed: 1,
      reasoning: { effort: 'low' },
      metadata: { team: 'research' },
    },
    {
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      labels: { team: 'nobody', env: 'test' },
      cachedContent: 'projects/p/locations/eu/cachedContents/1',
    },
  );
  expect(warnings).toEqual([]);
  expect(JSON.stringify(body)).toBe(
    JSON.stringify({
      contents: [{ role: 'user', parts: [{ text: 'Well?' }] }],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      cachedContent: 'projects/p/locations/eu/cachedContents/1',
      generationConfig: {
        temperature: 0,
        topP: 0.5,
        maxOutputTokens: 9,
        stopSequences: ['a', 'b', 'c', 'd', 'e'],
        seed: 1,
        thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' },
      },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      tools: [
        {
          functionDeclarations: [
            { name: 'weather', description: 'Weather', parametersJsonSchema: weather.inputSchema },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
      labels: { team: 'research', env: 'test' },
    }),
  );
});

test.each<[string, Partial<ChatRequest>, unknown]>([
  ['nothing said', {}, undefined],
  ['auto', { toolChoice: 'auto' }, { mode: 'AUTO' }],
  ['required', { toolChoice: 'required' }, { mode: 'ANY' }],
  ['none', { toolChoice: 'none' }, { mode: 'NONE' }],
  ['one tool', { toolChoice: { name: 'weather' } }, { mode: 'ANY', allowedFunctionNames: ['weather'] }],
  ['strict tools', { tools: [{ ...weather, strict: true }] }, { mode: 'VALIDATED' }],
  ['auto without tools', { tools: [], toolChoice: 'auto' }, undefined],
  ['required without tools, which the vendor refuses', { tools: [], toolChoice: 'required' }, { mode: 'ANY' }],
])('tool choice: %s', (_, request, expected) => {
  expect(write({ tools: [weather], ...request }).body.toolConfig?.functionCallingConfig).toEqual(expected);
});

describe('the form of the answer', () => {
  const schema = { type: 'object', properties: { rain: { type: 'boolean' } }, required: ['rain'] };
  const format = { type: 'json_schema' as const, name: 'forecast', schema };

  test('JSON, and JSON bound to a schema', () => {
    expect(write({ responseFormat: { type: 'json' } }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
    });
    expect(write({ responseFormat: { ...format, description: 'Rain' } }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { ...schema, description: 'Rain' },
    });
    expect(write({ responseFormat: { type: 'text' } }).body.generationConfig).toBeUndefined();
  });

  test('JSON with tools is for Gemini 3 and later', () => {
    const request = { tools: [weather], responseFormat: { type: 'json' as const } };
    expect(write(request).body.generationConfig).toEqual({ responseMimeType: 'application/json' });
    expect(() => write(request, { model: 'gemini-2.5-flash' })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});

test.each<[string, Partial<ChatRequest>, string[]]>([
  ['one call at a time', { tools: [weather], parallelToolCalls: false }, ['ignored_parallel_tool_calls']],
  ['a cache of some time', { cache: { ttlMs: 1 } }, ['ignored_cache']],
  ['a hint to cache', { cache: {} }, []],
  ['metadata that is no label', { metadata: { User: 'x', 'a b': 'y', ok: 'Z' } }, ['ignored_metadata']],
  ['an effort that is none', { reasoning: { effort: 'xhigh' } }, ['downgraded_reasoning']],
  [
    'schemas of two tools that lose something each',
    {
      tools: [
        { name: 'a', inputSchema: { type: 'object', properties: { x: { type: 'string', pattern: 'x' } } } },
        { name: 'b', inputSchema: { type: 'object', minProperties: 1 } },
      ],
    },
    ['downgraded_tool_schema', 'downgraded_tool_schema'],
  ],
  [
    'a schema of the answer that loses something',
    { responseFormat: { type: 'json_schema', name: 'x', schema: { type: 'string', minLength: 2 } } },
    ['downgraded_response_format'],
  ],
])('warnings: %s', (_, request, expected) => {
  expect(codes(write(request, { capabilities: unknownCapabilities }))).toEqual(expected);
});

test('a sixth stop text is refused', () => {
  expect(() => write({ stop: ['1', '2', '3', '4', '5', '6'] })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  );
});

test('vendorOptions are laid over the body, and over its configs field by field', () => {
  const { body } = write({
    temperature: 0.5,
    tools: [weather],
    toolChoice: 'auto',
    vendorOptions: {
      vertex: { generationConfig: { topK: 5 }, labels: { a: 'b' }, toolConfig: { retrievalConfig: {} } },
      other: { labels: { c: 'd' } },
    },
  });
  expect(body).toMatchObject({
    generationConfig: { temperature: 0.5, topK: 5 },
    toolConfig: { functionCallingConfig: { mode: 'AUTO' }, retrievalConfig: {} },
    labels: { a: 'b' },
  });
});

describe('what the model said before', () => {
  const vendorData = (data: object): { vendor: string; data: never } => ({ vendor: 'vertex', data: data as never }); // plain JSON

  test('signatures and ids go back on the very parts that had them', () => {
    const messages: Message[] = [
      user('Weather?'),
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', vendorData: vendorData({ thoughtSignature: 'r' }) },
          { type: 'reasoning', text: 'not signed' },
          { type: 'text', text: 'I look' },
          { type: 'text', text: '', vendorData: vendorData({ thoughtSignature: 't' }) },
          { type: 'text', text: '' },
          {
            type: 'tool_call',
            id: 'a',
            name: 'weather',
            arguments: '{"city":"Oslo"}',
            vendorData: vendorData({ thoughtSignature: 'c', id: 'a' }),
          },
          { type: 'tool_call', id: 'mine', name: 'weather', arguments: '', vendorData: vendorData({ id: 'a' }) },
        ],
      },
      toolResults(
        { type: 'tool_result', toolCallId: 'mine', name: 'weather', content: [{ type: 'text', text: 'Sun.' }] },
        { type: 'tool_result', toolCallId: 'a', name: 'weather', content: [], isError: true },
      ),
    ];
    expect(contentsOf(messages)).toEqual([
      { role: 'user', parts: [{ text: 'Weather?' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hm.', thought: true, thoughtSignature: 'r' },
          { text: 'I look' },
          { text: '', thoughtSignature: 't' },
          { functionCall: { id: 'a', name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'c' },
          { functionCall: { id: 'a', name: 'weather', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'weather', response: { error: '' } } },
          { functionResponse: { id: 'a', name: 'weather', response: { output: 'Sun.' } } },
        ],
      },
    ]);
  });

  const foreign = [
    user('Weather?'),
    assistant(
      { type: 'tool_call', id: '1', name: 'weather', arguments: '{}' },
      { type: 'tool_call', id: '2', name: 'weather', arguments: '{}' },
    ),
    toolResults({ type: 'tool_result', toolCallId: '2', name: 'weather', content: [] }),
    toolResults({ type: 'tool_result', toolCallId: '1', name: 'weather', content: [png] }),
    user('And now?'),
  ];

  test('calls of another vendor: no ids, and the mark that Gemini 3 wants on the first one', () => {
    const { body, warnings } = write({ messages: foreign });
    expect(body.contents[1]?.parts).toEqual([
      { functionCall: { name: 'weather', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
      { functionCall: { name: 'weather', args: {} } },
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(['unsigned_tool_call']);
    expect(JSON.stringify(contentsOf(foreign, 'gemini-2.5-flash'))).not.toContain('skip_thought');
  });

  test('results of two messages are one turn in the order of the calls, with their media', () => {
    expect(contentsOf(foreign)).toMatchObject([
      {},
      {},
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              name: 'weather',
              response: { output: '' },
              parts: [{ inlineData: { mimeType: 'image/png', data: 'AQID' } }],
            },
          },
          { functionResponse: { name: 'weather', response: { output: '' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'And now?' }] },
    ]);
  });

  test('media of results are moved where the model takes none in them', () => {
    const { body, warnings } = write({ messages: foreign }, { model: 'gemini-2.5-flash' });
    expect(warnings.map(({ code }) => code)).toEqual(['moved_media']);
    expect(body.contents.slice(2, 4)).toEqual([
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'weather', response: { output: '[1 more in the next user turn]' } } },
          { functionResponse: { name: 'weather', response: { output: '' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { text: 'Content of the result of 1 (weather):' },
          { inlineData: { mimeType: 'image/png', data: 'AQID' } },
        ],
      },
    ]);
  });

  test.each(['{"city": ', '[1]', '"x"', 'null'])('arguments %s, which are no object, are told as text', (json) => {
    const call = assistant({ type: 'tool_call', id: '1', name: 'weather', arguments: json });
    const { body, warnings } = write({ messages: [user('?'), call] }, { model: 'gemini-2.5-flash' });
    expect(body.contents[1]?.parts[0]?.functionCall?.args).toEqual({ invalid_arguments: json });
    expect(warnings.map(({ code }) => code)).toEqual(['downgraded_arguments']);
  });

  test('ids that begin anew with each turn lead to the last call of that id', () => {
    const call = (name: string): Message => assistant({ type: 'tool_call', id: 'call_0', name, arguments: '{}' });
    const result = toolResults({ type: 'tool_result', toolCallId: 'call_0', name: 'unknown', content: [] });
    const contents = write({ messages: [user('?'), call('first'), result, call('second'), result] }).body.contents;
    expect(contents.flatMap(({ parts }) => parts.flatMap((part) => part.functionResponse?.name ?? []))).toEqual([
      'first',
      'second',
    ]);
  });

  test("an assistant's own picture stays its own; a message without content is no turn", () => {
    expect(contentsOf([user('?'), assistant(png), user(), user(''), assistant()])).toEqual([
      { role: 'user', parts: [{ text: '?' }] },
      { role: 'model', parts: [{ inlineData: { mimeType: 'image/png', data: 'AQID' } }] },
    ]);
  });
});
