import { call, chat, collect, user, type ChatRequest, type JsonValue } from '@tako/core';
import { httpGeneric, type HttpGenericOptions } from '@tako/provider-http-generic';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { describe, expect, test, vi } from 'vitest';

const question: ChatRequest = { messages: [user('Well?')] };
const url = 'https://inference.example/generate';
const completion = { choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }] };

/** A model behind a `fetch` that answers so. */
function answering(body: unknown, options: Partial<HttpGenericOptions>, status = 200) {
  const fetch = async (): Promise<Response> => Response.json(body, { status });
  return httpGeneric({ model: 'm', url, fetch, ...options });
}

describe('sending', () => {
  test('by default it speaks as OpenAI does', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, completion));
    const model = httpGeneric({ model: 'm', url: `${server.url}/v1/chat/completions?a=b`, apiKey: 'k' });
    expect(model).toMatchObject({ contract: 1, id: 'http-generic:m', capabilities: { streaming: 'no' } });
    expect((await collect(model.stream({ ...question, maxOutputTokens: 5 }, call()))).finishReason).toBe('stop');
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        url: '/v1/chat/completions?a=b',
        headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
        json: { model: 'm', messages: [{ role: 'user', content: 'Well?' }], max_tokens: 5 },
      },
    ]);
  });

  test('key and headers are looked up at each call, in the environment of the process by default', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, completion));
    let rotated = 0;
    const apiKey = async (): Promise<string> => `rotated-${++rotated}`;
    const headers = { 'X-Key': '$ENV:GENERIC_KEY', 'x-other': '$GENERIC_KEY', 'Content-Type': 'application/acme+json' };
    const model = httpGeneric({ model: 'm', url: server.url, apiKey, headers });
    for (const value of ['first', 'second']) {
      vi.stubEnv('GENERIC_KEY', value);
      try {
        await chat(model, question);
      } finally {
        vi.unstubAllEnvs();
      }
    }
    expect(server.requests.map(({ headers: sent }) => [sent['authorization'], sent['x-key'], sent['x-other']])).toEqual(
      [
        ['Bearer rotated-1', 'first', 'first'],
        ['Bearer rotated-2', 'second', 'second'],
      ],
    );
    expect(server.requests[0]?.headers['content-type']).toBe('application/acme+json');
  });

  test('without what a header names nothing is sent', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, completion));
    for (const wanting of [{ headers: { 'x-key': '$ENV:MISSING' } }, { apiKey: '$ENV:MISSING' }]) {
      const model = httpGeneric({ model: 'm', url: server.url, environment: {}, ...wanting });
      await expect(chat(model, question)).rejects.toMatchObject({ code: 'auth', message: /MISSING is not set/ });
    }
    expect(server.connections).toBe(0);
  });

  test('nothing but the configured address is asked, and no redirect followed', async () => {
    await using other = await loopbackServer((response) => answerJson(response, 200, completion));
    await using server = await loopbackServer((response) => {
      response.writeHead(307, { location: other.url }).end();
    });
    await expect(chat(httpGeneric({ model: 'm', url: server.url }), question)).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(other.requests).toEqual([]);
  });

  test('streams may have an address of their own', async () => {
    await using server = await loopbackServer((response, request) => {
      if (request.url === '/live')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"t":"Hi"}\n\n');
      else answerJson(response, 200, { t: 'Hi' });
    });
    const model = httpGeneric({
      model: 'm',
      url: `${server.url}/whole`,
      response: { text: '/t' },
      stream: { format: 'sse', url: `${server.url}/live`, text: '/t' },
    });
    const streamed = await collect(model.stream(question, call()));
    expect(await chat(model, question)).toEqual(streamed);
    expect(server.requests.map((request) => request.url)).toEqual(['/live', '/whole']);
  });

  test('a body can be changed before it is sent, an answer before it is read', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, [{ generated: 'Hi' }]));
    const model = httpGeneric({
      model: 'm',
      url: server.url,
      body: {},
      transformRequest: (_, { messages }) => ({ inputs: JSON.stringify(messages[0]?.content) }),
      transformResponse: (json) => ({ wrapped: json }),
      response: { text: '/wrapped/0/generated' },
    });
    expect((await chat(model, question)).message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(server.requests[0]?.json).toEqual({ inputs: '[{"type":"text","text":"Well?"}]' });
  });
});

describe('options that cannot be right are refused at once', () => {
  test.each<Partial<HttpGenericOptions>>([
    { model: '' },
    { vendor: 'a:b' },
    { vendor: '' },
    { url: '' },
    { url: 'inference.example' },
    { url: 'file:///etc/passwd' },
    { url: 'https://user:pass@inference.example' },
    { url: 'https://key@inference.example' },
    { body: { prompt: 'no place for the conversation' } },
    { body: { chat: '{{ massages }}' } },
    { response: {} },
    { response: { text: 'choices' } },
    { response: { text: '/a', usage: { inputTokens: 'a' } } },
    { response: { text: '/a', error: 'error' } },
    { response: { toolCalls: { list: '/a', name: 'name', arguments: '/b' } } },
    { stream: { format: 'ndjson', text: 'a' } },
    { stream: { format: 'ndjson', finishReason: '/a' } },
    { stream: { format: 'sse', text: '/a', done: { at: 'a' } } },
    { stream: { format: 'openai_sse', url: 'nowhere' } },
    { stream: { format: 'csv', text: '/a' } as never },
    { headers: { 'a b': 'c' } },
  ])('%j', (wrong) => {
    expect(() => httpGeneric({ model: 'm', url, ...wrong })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('an address that is refused is not told: it may hold a key', () => {
    const make = (): unknown => httpGeneric({ model: 'm', url: 'https://s3cret@inference.example' });
    expect(make).toThrow(expect.objectContaining({ message: expect.not.stringContaining('s3cret') }));
  });
});

describe('capabilities follow from what is configured', () => {
  const toolCalls = { list: '/calls', name: '/name', arguments: '/input' };
  const all = { chat: '{{ messages }}', tools: '{{ tools }}', form: '{{ responseFormat }}' };
  test.each<[string, Partial<HttpGenericOptions>, object]>([
    [
      'OpenAI',
      {},
      { streaming: 'no', tools: 'unknown', structuredOutputWithTools: 'unknown', reasoningEfforts: 'unknown' },
    ],
    ['OpenAI, streamed', { stream: { format: 'openai_sse' } }, { streaming: 'yes', tools: 'unknown' }],
    [
      'messages alone',
      { body: ['{{ messages }}'] },
      { tools: 'no', toolChoice: 'no', structuredOutput: 'no', reasoningEfforts: [], vision: 'unknown' },
    ],
    [
      'answers without calls',
      { body: all, response: { text: '/a' } },
      { tools: 'no', structuredOutput: 'unknown', structuredOutputWithTools: 'no' },
    ],
    ['answers with calls', { body: all, response: { toolCalls } }, { tools: 'unknown', toolChoice: 'no' }],
    [
      'streams without calls',
      { body: all, response: { toolCalls }, stream: { format: 'sse', text: '/a' } },
      { tools: 'no' },
    ],
    ['an override', { body: all, response: { text: '/a' }, capabilities: { vision: 'no' } }, { vision: 'no' }],
  ])('%s', (_, options, expected) => {
    expect(httpGeneric({ model: 'm', url, ...options }).capabilities).toMatchObject(expected);
  });

  test('what is not carried is refused before the network, also where an override says that it can be done', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, { a: 'Hi' }));
    const options = { model: 'm', url: server.url, body: ['{{ messages }}'], response: { text: '/a' } };
    const request = { ...question, tools: [{ name: 'f', inputSchema: { type: 'object' } }] };
    for (const capabilities of [{}, { tools: 'yes' } as const]) {
      await expect(chat(httpGeneric({ ...options, capabilities }), request)).rejects.toMatchObject({
        code: 'unsupported',
      });
    }
    expect(server.connections).toBe(0);
    expect((await chat(httpGeneric(options), { ...question, temperature: 1 })).warnings).toMatchObject([
      { code: 'ignored_temperature' },
    ]);
  });
});

describe('whole answers by pointers', () => {
  test('everything at its place', async () => {
    const answer = {
      result: [
        {
          out: 'Hi',
          thought: 'Hm.',
          why: 'eos',
          calls: [
            { n: 7, fn: 'f', input: { a: 1 } },
            { fn: 'g', input: '{}' },
          ],
        },
      ],
      meta: { 'in/tokens': 3, out: 5, cached: 2, written: 1, thought: 4, model: 'm-2' },
    };
    const model = answering(answer, {
      response: {
        text: '/result/0/out',
        reasoning: '/result/0/thought',
        finishReason: '/result/0/why',
        finishReasons: { eos: 'stop' },
        model: '/meta/model',
        toolCalls: { list: '/result/0/calls', id: '/n', name: '/fn', arguments: '/input' },
        usage: {
          inputTokens: '/meta/in~1tokens',
          outputTokens: '/meta/out',
          cachedInputTokens: '/meta/cached',
          cacheWriteTokens: '/meta/written',
          reasoningTokens: '/meta/thought',
        },
      },
    });
    expect(await chat(model, question)).toMatchObject({
      message: {
        content: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'Hi' },
          { type: 'tool_call', id: '7', name: 'f', arguments: '{"a":1}' },
          { type: 'tool_call', id: expect.stringMatching(/./), name: 'g', arguments: '{}' },
        ],
      },
      finishReason: 'tool_calls',
      rawFinishReason: 'eos',
      model: 'm-2',
      usage: { inputTokens: 3, outputTokens: 5, cachedInputTokens: 2, cacheWriteTokens: 1, reasoningTokens: 4 },
    });
  });

  test.each<[string, unknown, object]>([
    ['an own word', { t: 'a', why: 'budget' }, { finishReason: 'length', rawFinishReason: 'budget' }],
    ['a word of OpenAI', { t: 'a', why: 'content_filter' }, { finishReason: 'content_filter' }],
    ['an unknown word', { t: 'a', why: 'moon' }, { finishReason: 'other', rawFinishReason: 'moon' }],
    [
      'a name that objects inherit',
      { t: 'a', why: 'constructor' },
      { finishReason: 'other', rawFinishReason: 'constructor' },
    ],
    ['true', { t: 'a', why: true }, { finishReason: 'stop', rawFinishReason: 'true' }],
    ['no word', { t: 'a', why: null }, { finishReason: 'other', rawFinishReason: undefined }],
    [
      'text that is empty',
      { t: '', why: 'stop' },
      { message: { role: 'assistant', content: [] }, finishReason: 'stop' },
    ],
  ])('why it stopped: %s', async (_, answer, expected) => {
    const finishReasons = { budget: 'length', true: 'stop' } as const;
    const model = answering(answer, { response: { text: '/t', finishReason: '/why', finishReasons } });
    expect(await chat(model, question)).toMatchObject(expected);
  });

  test.each<[string, unknown]>([
    ['nothing there', { other: 'text' }],
    ['a number', { t: 7 }],
    ['an object', { t: { text: 'a' } }],
    ['a list', []],
    ['a bare text', 'text'],
  ])('%s in place of text is malformed', async (_, answer) => {
    await expect(chat(answering(answer, { response: { text: '/t' } }), question)).rejects.toMatchObject({
      code: 'malformed_response',
      source: 'http-generic:m',
    });
  });

  test.each<[string, number, JsonValue, object]>([
    ['a text', 200, { t: '', oops: 'it broke' }, { code: 'provider', excerpt: 'it broke' }],
    ['an object with a code', 200, { oops: { message: 'busy', code: 503 } }, { code: 'overloaded', excerpt: 'busy' }],
    ['with a status', 429, { oops: 'slow down' }, { code: 'rate_limited', excerpt: 'slow down', status: 429 }],
    ['with a status, elsewhere than said', 400, { message: 'wrong' }, { code: 'invalid', excerpt: 'wrong' }],
  ])('a failure: %s', async (_, status, body, expected) => {
    const model = answering(body, { response: { text: '/t', error: '/oops' } }, status);
    await expect(chat(model, question)).rejects.toMatchObject(expected);
  });

  test.each([null, false, ''])('%j at the place of errors is none', async (oops) => {
    const model = answering({ t: 'Hi', oops }, { response: { text: '/t', error: '/oops' } });
    expect((await chat(model, question)).finishReason).toBe('stop');
  });

  test('values of headers do not show in errors, whoever quotes them', async () => {
    const message = 'bad token abcdef123456 of key k3y-literal, from-env-1234';
    const model = answering(
      { error: { message } },
      {
        apiKey: 'abcdef123456',
        headers: { 'x-key': 'k3y-literal', 'x-env': '$ENV:K' },
        environment: { K: 'from-env-1234' },
      },
      401,
    );
    await expect(chat(model, question)).rejects.toMatchObject({
      code: 'auth',
      excerpt: 'bad token <redacted> of key <redacted>, <redacted>',
    });
  });
});
