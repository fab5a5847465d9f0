import { assistant, system, toolResults, user, type ChatRequest } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { toOllama, type OllamaBody, type ToOllamaOptions } from './to-ollama.js';

const weather = { name: 'weather', inputSchema: { type: 'object' } };
const png = { type: 'image', mimeType: 'image/png', data: Uint8Array.of(1, 2, 3) } as const;

function write(request: Partial<ChatRequest>, options: Partial<ToOllamaOptions> = {}): OllamaBody {
  const defaults = {
    model: 'm',
    source: 'ollama:m',
    stream: true,
    urlPrefetch: false,
    jsonWithTools: 'unknown',
  } as const;
  return toOllama({ messages: [user('Hi')], ...request }, { ...defaults, ...options });
}

/** As it is sent: what is undefined is not there. */
function sent(request: Partial<ChatRequest>, options?: Partial<ToOllamaOptions>): unknown {
  return JSON.parse(JSON.stringify(write(request, options).body));
}

function codes({ warnings }: OllamaBody): string[] {
  return warnings.map(({ code }) => code);
}

test('nothing is sent that nobody asked for', () => {
  expect(sent({})).toEqual({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true });
});

test("what a request says goes before the provider's options, and the rest of them stays", () => {
  const options = { num_ctx: 8_192, temperature: 1, top_k: 40 };
  expect(sent({ temperature: 0, topP: 0.5, maxOutputTokens: 9, stop: ['END'], seed: 0 }, { options })).toMatchObject({
    options: { num_ctx: 8_192, temperature: 0, top_k: 40, top_p: 0.5, num_predict: 9, stop: ['END'], seed: 0 },
  });
});

test('vendorOptions are merged last, their options field by field, and another vendor is not heard', () => {
  const vendorOptions = {
    ollama: { keep_alive: '1h', options: { top_k: 1 }, truncate: false },
    openai: { logprobs: true },
  };
  const body = sent({ temperature: 0.5, vendorOptions }, { keepAlive: '5m', options: { num_ctx: 1 } });
  expect(body).toMatchObject({
    keep_alive: '1h',
    truncate: false,
    options: { num_ctx: 1, temperature: 0.5, top_k: 1 },
  });
  expect(body).not.toHaveProperty('logprobs');
});

describe('reasoning', () => {
  test.each([
    ['none', false, []],
    ['minimal', 'low', ['downgraded_reasoning']],
    ['low', 'low', []],
    ['high', 'high', []],
    ['xhigh', 'max', []],
  ] as const)('effort %s', (effort, think, warnings) => {
    const written = write({ reasoning: { effort } }, { think: true });
    expect(written.body.think).toBe(think);
    expect(codes(written)).toEqual(warnings);
  });

  test('where the request says nothing the option counts', () => {
    expect(write({}, { think: false }).body.think).toBe(false);
  });

  test("a model's own thinking goes back to it; what another vendor signed does not", () => {
    const signed = { vendor: 'anthropic', data: { signature: 's' } };
    const message = assistant(
      { type: 'reasoning', text: 'Mine.' },
      { type: 'reasoning', text: 'Theirs.', vendorData: signed },
      'So.',
    );
    expect(sent({ messages: [message] })).toMatchObject({
      messages: [{ role: 'assistant', content: 'So.', thinking: 'Mine.' }],
    });
  });
});

describe('forms of the answer', () => {
  test('any JSON', () => {
    expect(write({ responseFormat: { type: 'json' } }).body.format).toBe('json');
  });

  test('a schema', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    expect(write({ responseFormat: { type: 'json_schema', name: 'n', schema } }).body.format).toEqual(schema);
  });
});

describe('tools', () => {
  test('one result is one message, with the name of its tool and the id of its call', () => {
    const calls = assistant(
      { type: 'tool_call', id: 'a', name: 'weather', arguments: '{"city":"Oslo"}' },
      { type: 'tool_call', id: 'b', name: 'weather', arguments: '' },
    );
    const results = toolResults(
      {
        type: 'tool_result',
        toolCallId: 'b',
        name: 'weather',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
      { type: 'tool_result', toolCallId: 'a', name: 'weather', content: [], isError: true },
    );
    expect(sent({ messages: [calls, results] })).toMatchObject({
      messages: [
        {
          role: 'assistant',
          content: '',
          tool_calls: [
            { id: 'a', function: { name: 'weather', arguments: { city: 'Oslo' } } },
            { id: 'b', function: { name: 'weather', arguments: {} } },
          ],
        },
        { role: 'tool', tool_name: 'weather', tool_call_id: 'b', content: 'one\ntwo' },
        { role: 'tool', tool_name: 'weather', tool_call_id: 'a', content: '[tool error] ' },
      ],
    });
  });

  test.each(['{"city": ', '[1]', '"text"', 'null', '7'])('arguments that are no object stay visible: %s', (json) => {
    const call = assistant({ type: 'tool_call', id: 'a', name: 'weather', arguments: json });
    const written = write({ messages: [call] });
    expect(written.body.messages[0]?.tool_calls?.[0]?.function.arguments).toEqual({ not_an_object: json });
    expect(codes(written)).toEqual(['downgraded_arguments']);
  });

  test.each(['required', { name: 'weather' }] as const)('a forced call cannot be said: %j', (toolChoice) => {
    expect(() => write({ tools: [weather], toolChoice })).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('where none may be called none is offered', () => {
    expect(write({ tools: [weather], toolChoice: 'none' }).body.tools).toBeUndefined();
  });

  test('what has no field is told', () => {
    const written = write({
      tools: [{ ...weather, strict: true }],
      parallelToolCalls: false,
      cache: { key: 'k' },
      metadata: { a: 'b' },
    });
    expect(codes(written)).toEqual([
      'ignored_parallel_tool_calls',
      'downgraded_tool_schema',
      'ignored_cache',
      'ignored_metadata',
    ]);
  });
});

describe('parts', () => {
  test('images stand beside the text, and texts that one parted do not grow together', () => {
    expect(sent({ messages: [user('See', png, 'this.', ' Now.')] })).toMatchObject({
      messages: [{ content: 'See this. Now.', images: ['AQID'] }],
    });
  });

  test('an image with a data URL is an image', () => {
    const part = { type: 'image_url', url: 'data:image/webp;base64,AQID' } as const;
    expect(sent({ messages: [user(part)] })).toMatchObject({ messages: [{ content: '', images: ['AQID'] }] });
  });

  test('an image in a tool result follows in a user message, after all results', () => {
    const result = (toolCallId: string) =>
      toolResults({ type: 'tool_result', toolCallId, name: 'look', content: [png] });
    const written = write({ messages: [result('a'), result('b'), user('And?')] });
    expect(written.body.messages.map(({ role, images }) => [role, images?.length ?? 0])).toEqual([
      ['tool', 0],
      ['tool', 0],
      ['user', 1],
      ['user', 1],
      ['user', 0],
    ]);
    expect(written.body.messages[0]?.content).toBe('[1 more in the next user message]');
    expect(codes(written)).toEqual(['moved_media']);
  });

  test('an image by URL waits for whoever fetches it', () => {
    const part = { type: 'image_url', url: 'https://images.example/a.png' } as const;
    expect(write({ messages: [user(part)] }, { urlPrefetch: true }).body.messages[0]?.images).toEqual([
      { url: 'https://images.example/a.png' },
    ]);
  });

  test.each([
    ['a GIF', { ...png, mimeType: 'image/gif' }],
    ['a picture that is drawn', { type: 'image_url', url: 'data:image/svg+xml;base64,AQID' }],
    ['a URL', { type: 'image_url', url: 'https://images.example/a.png' }],
    ['a file', { type: 'file', mimeType: 'application/pdf', data: 'AQID' }],
    ['sound', { type: 'audio', mimeType: 'audio/wav', data: 'AQID' }],
  ] as const)('%s is refused', (_, part) => {
    expect(() => write({ messages: [user(part)] })).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('all system texts stay where they are', () => {
    expect(sent({ messages: [system('One.'), user('Hi'), system('Two.')] })).toMatchObject({
      messages: [
        { role: 'system', content: 'One.' },
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'Two.' },
      ],
    });
  });
});
