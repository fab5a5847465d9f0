import { assistant, toolResults, user, type AssistantContent, type ChatRequest, type UserContent } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { toMistral, type MistralBody, type ToMistralOptions } from './to-mistral.js';

const weather = { name: 'weather', inputSchema: { type: 'object' } };

function write(request: Partial<ChatRequest>, options: Partial<ToMistralOptions> = {}): MistralBody {
  const defaults = { model: 'm', source: 'mistral:m', stream: false, reasons: true };
  return toMistral({ messages: [user('Hi')], ...request }, { ...defaults, ...options });
}

function codes({ warnings }: MistralBody): string[] {
  return warnings.map(({ code }) => code);
}

test('a request as short as it may be, whole and streamed', () => {
  const messages = [{ role: 'user', content: 'Hi' }];
  expect(write({}).body).toEqual({ model: 'm', messages });
  expect(write({}, { stream: true }).body).toEqual({ model: 'm', messages, stream: true });
});

test("the dialect: Mistral's names for what OpenAI calls otherwise", () => {
  const { body } = write(
    { maxOutputTokens: 9, seed: 7, tools: [weather], toolChoice: 'required', cache: { key: 'k' } },
    { safePrompt: true, randomSeed: 1 },
  );
  expect(body).toMatchObject({
    max_tokens: 9,
    random_seed: 7,
    tool_choice: 'any',
    safe_prompt: true,
    prompt_cache_key: 'k',
  });
  for (const field of ['seed', 'max_completion_tokens', 'stream_options']) expect(body).not.toHaveProperty(field);
});

test.each([
  ['auto', 'auto'],
  ['none', 'none'],
  [{ name: 'weather' }, { type: 'function', function: { name: 'weather' } }],
] as const)('tool choice %j', (toolChoice, expected) => {
  expect(write({ tools: [weather], toolChoice }).body.tool_choice).toEqual(expected);
});

describe('seeds', () => {
  test("the provider's counts where the request has none", () => {
    expect(write({}, { randomSeed: 0 }).body.random_seed).toBe(0);
  });

  test('one below zero is told and left out', () => {
    const written = write({ seed: -1 }, { randomSeed: 3 });
    expect(written.body).not.toHaveProperty('random_seed');
    expect(codes(written)).toEqual(['ignored_seed']);
  });
});

test('a time to live of the cache is told and left out', () => {
  const written = write({ cache: { ttlMs: 3_600_000 } });
  expect(written.body).not.toHaveProperty('prompt_cache_retention');
  expect(codes(written)).toEqual(['ignored_cache_ttl']);
});

test('vendorOptions are merged last, over everything, and those of others are not', () => {
  const vendorOptions = { mistral: { prompt_mode: 'reasoning', safe_prompt: false }, openai: { seed: 1 } };
  const { body } = write({ vendorOptions }, { safePrompt: true });
  expect(body).toMatchObject({ prompt_mode: 'reasoning', safe_prompt: false });
  expect(body).not.toHaveProperty('seed');
});

describe('parts', () => {
  const contentOf = (part: UserContent): unknown => write({ messages: [user(part)] }).body.messages[0]?.content;

  test.each<[string, UserContent, object]>([
    [
      'an image',
      { type: 'image', mimeType: 'image/png', data: Uint8Array.of(1, 2, 3) },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
    ],
    [
      'an image by URL, with the detail that was asked of Mistral',
      { type: 'image_url', url: 'https://i.example/a', vendorData: { vendor: 'mistral', data: { detail: 'low' } } },
      { type: 'image_url', image_url: { url: 'https://i.example/a', detail: 'low' } },
    ],
    [
      'a document',
      { type: 'file', mimeType: 'application/pdf', data: 'AQID', name: 'a.pdf' },
      { type: 'document_url', document_url: 'data:application/pdf;base64,AQID', document_name: 'a.pdf' },
    ],
    ['sound', { type: 'audio', mimeType: 'audio/mpeg', data: 'AQID' }, { type: 'input_audio', input_audio: 'AQID' }],
  ])('%s', (_, part, expected) => {
    expect(contentOf(part)).toEqual([expected]);
  });

  test('what has no form is refused', () => {
    const detail = { vendor: 'mistral', data: { detail: 'original' } };
    const parts: UserContent[] = [
      { type: 'image', mimeType: 'image/tiff', data: 'AQID' },
      { type: 'image_url', url: 'https://i.example/a', vendorData: detail },
    ];
    for (const part of parts) expect(() => contentOf(part)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});

describe('earlier turns', () => {
  const thought = {
    type: 'reasoning',
    text: 'Let me see.',
    vendorData: { vendor: 'mistral', data: { signature: 's1' } },
  } as const;
  const call = { type: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' } as const;
  const result = toolResults({ type: 'tool_result', toolCallId: 'call_1', name: 'weather', content: [] });
  const turns = (...content: readonly (string | AssistantContent)[]) => [user('a'), assistant(...content), user('b')];

  test('what a model of Mistral thought goes back to it, in front of what it said', () => {
    const unsigned = { ...thought, vendorData: { vendor: 'mistral', data: {} } };
    expect(write({ messages: turns(thought, 'So.') }).body.messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Let me see.' }], signature: 's1' },
        { type: 'text', text: 'So.' },
      ],
    });
    expect(write({ messages: turns(unsigned) }).body.messages[1]).toEqual({
      role: 'assistant',
      content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Let me see.' }] }],
    });
  });

  test('what others thought does not, nor does anything go to a model that does not think', () => {
    const foreign = { ...thought, vendorData: { vendor: 'anthropic', data: { signature: 's2' } } };
    const nobodys = { type: 'reasoning', text: 'Let me see.' } as const;
    for (const messages of [turns(foreign, 'So.'), turns(nobodys, 'So.')]) {
      expect(write({ messages }).body.messages[1]).toEqual({ role: 'assistant', content: 'So.' });
    }
    const { body } = write({ messages: turns(thought, 'So.') }, { reasons: false });
    expect(body.messages[1]).toEqual({ role: 'assistant', content: 'So.' });
  });

  test('each turn keeps its own thoughts, also where media was moved between them', () => {
    const image = { type: 'image', mimeType: 'image/png', data: 'AQID' } as const;
    const { body } = write({ messages: [user('a'), assistant('One.', image), assistant(thought, 'Two.'), user('b')] });
    expect(body.messages.map(({ role, content }) => [role, Array.isArray(content) ? content.length : content])).toEqual(
      [
        ['user', 'a'],
        ['assistant', 'One.'],
        ['user', 2],
        ['assistant', 2],
        ['user', 'b'],
      ],
    );
  });

  test('calls and results share a legal id; a name that a model made up becomes legal', () => {
    const made = { ...call, name: 'get weather!', arguments: '' };
    const { body } = write({ messages: [user('a'), assistant(thought, made), result] });
    const [, calling, answered] = body.messages;
    const id = answered?.role === 'tool' ? answered.tool_call_id : '';
    expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(calling).toMatchObject({
      content: [{ type: 'thinking' }],
      tool_calls: [{ id, type: 'function', function: { name: 'get_weather_', arguments: '{}' } }],
    });
  });

  test('a picture in a tool result: it follows in a user message, with the word that Mistral wants between', () => {
    const image = { type: 'image', mimeType: 'image/png', data: 'AQID' } as const;
    const picture = toolResults({ type: 'tool_result', toolCallId: 'call_1', name: 'weather', content: [image] });
    const written = write({ messages: [user('a'), assistant(call), picture] });
    expect(written.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
    expect(codes(written)).toEqual(['moved_media', 'bridged_messages']);
  });
});
