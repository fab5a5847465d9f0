import {
  call,
  chat,
  collect,
  Secret,
  toolResults,
  user,
  type ChatRequest,
  type ChatResponse,
  type UserContent,
} from '@tako/core';
import { describe, expect, test } from 'vitest';

import { acmeCorp } from './acme-corp.js';
import type { AcmeCorpOptions } from './options.js';
import { toAcmeCorp } from './to-acme-corp.js';

// What every provider promises is proven in test/conformance.test.ts. Here is what is this vendor's own.

const request: ChatRequest = { messages: [user('Hello?')] };
const done = { kind: 'done', reason: 'complete', tokens: { in: 5, out: 2 } };

/** A provider whose vendor answers so, and the requests that it got. */
function answering(answer: string, init: ResponseInit = {}, options: Partial<AcmeCorpOptions> = {}) {
  const requests: { readonly url: string; readonly init: RequestInit }[] = [];
  const provider = acmeCorp({
    model: 'large',
    apiKey: 'secret-key',
    ...options,
    fetch: async (url, sent) => {
      requests.push({ url, init: sent });
      return new Response(answer, { headers: { 'content-type': 'text/event-stream' }, ...init });
    },
  });
  return { provider, requests };
}

function streamOf(...frames: readonly unknown[]): string {
  return frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('');
}

function streamed(provider: ReturnType<typeof acmeCorp>, asked: ChatRequest = request): Promise<ChatResponse> {
  return collect(provider.stream(asked, call()));
}

describe('options', () => {
  test('an empty model is refused', () => {
    expect(() => acmeCorp({ model: '' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('a missing key is named', async () => {
    const { provider, requests } = answering('', {}, { apiKey: undefined, environment: {} });
    await expect(streamed(provider)).rejects.toThrow('ACME_CORP_API_KEY');
    expect(requests).toEqual([]);
  });

  test('the address and the headers are what the caller says', async () => {
    const { provider, requests } = answering(
      streamOf(done),
      {},
      { baseUrl: 'https://proxy.example/llm/', headers: { 'X-Team': 'blue' }, apiKey: new Secret('other-key') },
    );
    await streamed(provider);
    expect(requests).toMatchObject([
      {
        url: 'https://proxy.example/llm/v1/answers',
        init: { headers: { 'x-team': 'blue', authorization: 'Bearer other-key' } },
      },
    ]);
  });

  test('a small model is not shown pictures', async () => {
    const { provider, requests } = answering(streamOf(done), {}, { model: 'acme-corp-mini' });
    const picture = user({ type: 'image', mimeType: 'image/png', data: 'iVBORw==' });
    await expect(streamed(provider, { messages: [picture] })).rejects.toMatchObject({ code: 'unsupported' });
    expect(requests).toEqual([]);
  });
});

describe('requests', () => {
  test.each<[string, UserContent]>([
    ['a picture', { type: 'image', mimeType: 'image/tiff', data: 'SUkqAA==' }],
    ['a file', { type: 'file', mimeType: 'text/html', data: 'PGh0bWw+' }],
    ['sound', { type: 'audio', mimeType: 'audio/ogg', data: 'T2dnUw==' }],
  ])('%s of a type that the vendor does not read is refused before the network', async (_, part) => {
    const { provider, requests } = answering(streamOf(done));
    await expect(streamed(provider, { messages: [user('What is it?', part)] })).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(requests).toEqual([]);
  });

  test('what the vendor has no word for is told by a warning', async () => {
    const { provider } = answering(streamOf({ kind: 'text', text: 'Hi.' }, done));
    const asked: ChatRequest = {
      ...request,
      cache: { key: 'k' },
      metadata: { team: 'blue' },
      tools: [{ name: 'weather', inputSchema: { type: 'object' }, strict: true }],
    };
    const types: string[] = [];
    for await (const event of provider.stream(asked, call())) {
      types.push(event.type === 'warning' ? event.code : event.type);
    }
    expect(types).toEqual(['start', 'ignored_cache', 'ignored_metadata', 'ignored_strict', 'text_delta', 'finish']);
  });

  test('a file in a tool result arrives, with its name', () => {
    const file = { type: 'file', mimeType: 'application/pdf', data: 'JVBERg==', name: 'boar.pdf' } as const;
    const results = toolResults({ type: 'tool_result', toolCallId: 'c1', name: 'read', content: [file] });
    const { asked } = toAcmeCorp({ messages: [results] }, { model: 'large', source: 'acme-corp:large', stream: true });
    expect(asked.messages).toMatchObject([
      { role: 'tool', parts: [{ kind: 'result', parts: [{ kind: 'media', base64: 'JVBERg==', name: 'boar.pdf' }] }] },
    ]);
  });
});

describe('answers', () => {
  test('text after a tool call is a part of its own', async () => {
    const { provider } = answering(
      streamOf(
        { kind: 'text', text: 'One' },
        { kind: 'call', key: 7, id: 'c1', name: 'weather' },
        { kind: 'text', text: 'two' },
        { kind: 'arguments', key: 7, text: '{}' },
        { ...done, reason: 'tools' },
      ),
    );
    expect((await streamed(provider)).message.content).toEqual([
      { type: 'text', text: 'One' },
      { type: 'tool_call', id: 'c1', name: 'weather', arguments: '{}' },
      { type: 'text', text: 'two' },
    ]);
  });

  test.each<[string, string]>([
    [
      'a stream',
      streamOf(null, 5, 'text', [], {}, { kind: 'text', text: 'Hi.' }, { ...done, tokens: { in: 5, out: '2' } }),
    ],
    [
      'a whole answer',
      JSON.stringify({
        parts: [null, 5, 'text', { kind: 'riddle' }, { kind: 'text', text: 'Hi.' }],
        reason: 'complete',
        tokens: { in: 5, out: -1 },
      }),
    ],
  ])('%s with things in it that nobody knows is read', async (_, body) => {
    const type = body.startsWith('{') ? 'application/json' : 'text/event-stream';
    const { provider } = answering(body, { headers: { 'content-type': type } });
    expect(await streamed(provider)).toMatchObject({
      message: { content: [{ type: 'text', text: 'Hi.' }] },
      finishReason: 'stop',
      usage: { inputTokens: 5, outputTokens: expect.any(Number) },
    });
  });

  test.each<[string, string, string]>([
    ['nothing of an answer', '{}', 'malformed_response'],
    ['a failure', '{"error":{"code":"e503","message":"busy"}}', 'provider'],
    ['a code that says more than a status', '{"error":{"code":"withheld"}}', 'content_filtered'],
  ])('a whole answer that holds %s is %s', async (_, body, code) => {
    const { provider } = answering(body, { headers: { 'content-type': 'application/json' } });
    await expect(chat(provider, request)).rejects.toMatchObject({ code });
  });

  test('a piece of a call without its key is not guessed', async () => {
    const { provider } = answering(streamOf({ kind: 'arguments', text: '{}' }, done));
    await expect(streamed(provider)).rejects.toMatchObject({ code: 'malformed_response' });
  });
});

describe('failures', () => {
  test.each<[unknown, string]>([
    [429, 'rate_limited'],
    [200, 'provider'],
    ['429', 'provider'],
    [undefined, 'provider'],
  ])('a failure in mid-stream of the status %s is %s, with what came before', async (status, code) => {
    const { provider } = answering(streamOf({ kind: 'text', text: 'Hel' }, { kind: 'failed', status }));
    await expect(streamed(provider)).rejects.toMatchObject({
      code,
      partial: { content: [{ type: 'text', text: 'Hel' }] },
    });
  });

  test.each([
    ['prompt_too_long', 'context_overflow'],
    ['withheld', 'content_filtered'],
    ['no_such_model', 'not_found'],
    ['toString', 'invalid'],
  ])('the code %s of a 400 is %s', async (vendorCode, code) => {
    const body = JSON.stringify({ error: { code: vendorCode, message: 'No, secret-key.' } });
    const { provider } = answering(body, { status: 400, headers: { 'x-request-id': 'r1' } });
    const failing = streamed(provider);
    await expect(failing).rejects.toMatchObject({ code, status: 400, requestId: 'r1', retryable: false });
    await expect(failing).rejects.not.toThrow(/secret-key/);
  });
});
