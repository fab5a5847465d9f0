import { call, chat, collect, Secret, user, type ChatRequest, type Credential } from '@tako/core';
import { isTakoError, type ChatEvent } from '@tako/core/provider';
import { answerJson, loopbackServer, type ArrivedRequest } from '@tako/testing/loopback';
import { describe, expect, test, vi } from 'vitest';

import { message, spoken, streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };

describe.each(doors)('%s', (door, anthropic) => {
  test('the key is read at each call, whatever holds it', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    let rotated = 0;
    const environment = { MY_KEY: 'from-env' };
    const credentials: readonly Credential[] = [
      'plain',
      new Secret('secret'),
      '$ENV:MY_KEY',
      async () => `rotated-${++rotated}`,
    ];
    for (const apiKey of credentials) {
      const model = anthropic({ model: 'm', apiKey, baseUrl: server.url, environment });
      await chat(model, question);
      await collect(model.stream(question, call()));
    }
    expect(server.requests.map(({ headers }) => headers['x-api-key'])).toEqual([
      'plain',
      'plain',
      'secret',
      'secret',
      'from-env',
      'from-env',
      'rotated-1',
      'rotated-2',
    ]);
    expect(server.requests.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });

  test('without a key nothing is sent', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = anthropic({ model: 'm', baseUrl: server.url, environment: {} });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({
      code: 'auth',
      message: 'anthropic: apiKey: the environment variable ANTHROPIC_API_KEY is not set',
    });
    expect(server.connections).toBe(0);
  });

  test('address, version, betas and headers arrive, and what stands in the environment for others does not', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:1/');
    vi.stubEnv('ANTHROPIC_API_KEY', 'env-key');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'env-token');
    vi.stubEnv('ANTHROPIC_PROFILE', 'env-profile');
    try {
      const plain = anthropic({ model: 'm', apiKey: 'k', baseUrl: `${server.url}//` });
      await collect(plain.stream(question, call()));
      const full = anthropic({
        model: 'm',
        apiKey: 'k',
        baseUrl: server.url,
        apiVersion: '2023-06-01',
        betas: ['a-2026-01-01', 'b-2026-01-01'],
        headers: { 'X-Mine': '1', Authorization: 'Bearer of mine' },
      });
      await collect(full.stream(question, call()));
    } finally {
      vi.unstubAllEnvs();
    }
    const ofInterest = ({ url, headers }: ArrivedRequest): object => ({
      url,
      key: headers['x-api-key'],
      authorization: headers['authorization'],
      version: headers['anthropic-version'],
      betas: headers['anthropic-beta'],
      mine: headers['x-mine'],
    });
    expect(server.requests.map(ofInterest)).toEqual([
      { url: '/v1/messages', key: 'k', version: '2026-10-21' },
      {
        url: '/v1/messages',
        key: 'k',
        authorization: 'Bearer of mine',
        version: '2023-06-01',
        betas: 'a-2026-01-01,b-2026-01-01',
        mine: '1',
      },
    ]);
  });

  test('limits of the rate are told with the start, in the words of the vendor', async () => {
    const limits = {
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-tokens-reset': '2026-11-23T12:00:00Z',
    };
    await using server = await loopbackServer((response) =>
      streamText(response, 'Hi', { ...limits, 'request-id': 'r' }),
    );
    const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url });
    const events: ChatEvent[] = [];
    for await (const event of model.stream(question, call())) events.push(event);
    expect(events[0]).toEqual({ type: 'start', requestId: 'r', model: 'm1', rateLimits: limits });
  });

  test('connections serve call after call', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url });
    for (let at = 0; at < 10; at++) await collect(model.stream(question, call()));
    expect(server.connections).toBeLessThan(4); // the platform's pool may open a second one while it takes the first one back
  });

  test('a body that never ends after message_stop does not hold up the answer', async () => {
    let closed: () => void = () => undefined;
    const closing = new Promise<void>((resolve) => (closed = resolve));
    await using server = await loopbackServer((response) => {
      response.on('close', closed);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(spoken('Hi'));
    });
    const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url });
    expect((await collect(model.stream(question, call()))).finishReason).toBe('stop');
    await closing;
  });

  test('a model that cannot stream is asked for the whole answer, and told as a stream', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, message('Whole')));
    const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url, capabilities: { streaming: 'no' } });
    const types: string[] = [];
    for await (const { type } of model.stream(question, call())) types.push(type);
    expect(types).toEqual(['start', 'text_delta', 'finish']);
    expect(server.requests[0]?.json).not.toHaveProperty('stream');
  });

  test('a long answer may be asked for without a stream', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, message('Whole')));
    const model = anthropic({ model: 'claude-opus-5-5', apiKey: 'k', baseUrl: server.url });
    await chat(model, { ...question, maxOutputTokens: 128_000 });
    expect(server.requests[0]?.json).toMatchObject({ max_tokens: 128_000 });
  });

  test('no redirect is followed: the key stays where it was sent', async () => {
    await using other = await loopbackServer((response) => streamText(response));
    await using server = await loopbackServer((response) => {
      response.writeHead(307, { location: `${other.url}/v1/messages` }).end();
    });
    const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({ code: 'invalid' });
    expect(other.requests).toEqual([]);
  });

  test.each([401, 429, 500, 529])('one call is one request, also where the answer is %i', async (status) => {
    await using server = await loopbackServer((response) =>
      answerJson(response, status, {}, { 'x-should-retry': 'true' }),
    );
    const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });

  test('another fetch is used for everything', async () => {
    const urls: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      urls.push(`${init.method} ${url}`);
      return Response.json(message('Hi'));
    };
    const model = anthropic({ model: 'm', apiKey: 'k', fetch });
    expect((await chat(model, question)).message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(urls).toEqual(['POST https://api.anthropic.com/v1/messages']);
  });

  test('a model that the vendor takes out of service is no word on the console', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, message('Hi')));
    const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await chat(anthropic({ model: 'claude-opus-4-1-20250805', apiKey: 'k', baseUrl: server.url }), {
      ...question,
      reasoning: { effort: 'low' },
      vendorOptions: { anthropic: { user_profile_id: 'p' } },
    });
    expect(said).not.toHaveBeenCalled();
    expect(server.requests[0]?.json).toMatchObject({ thinking: { type: 'enabled' }, user_profile_id: 'p' });
    said.mockRestore();
  });

  test('what the model cannot do is refused before the network', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = anthropic({ model: 'claude-opus-5-5', apiKey: 'k', baseUrl: server.url });
    const tools = [{ name: 'f', inputSchema: { type: 'object' } }];
    for (const more of [{ reasoning: { effort: 'none' } }, { tools, toolChoice: 'required' }] as const) {
      await expect(collect(model.stream({ ...question, ...more }, call()))).rejects.toMatchObject({
        code: 'unsupported',
      });
    }
    expect(server.connections).toBe(0);
  });

  test('a downgrade is told before the answer', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url });
    const types: string[] = [];
    for await (const { type } of model.stream({ ...question, seed: 1 }, call())) types.push(type);
    expect(types).toEqual(['start', 'warning', 'usage', 'text_delta', 'finish']);
  });

  test.each([
    { model: '' },
    { model: 'm', defaultMaxOutputTokens: 0 },
    { model: 'm', defaultMaxOutputTokens: 1.5 },
    { model: 'm', apiVersion: 'new' },
  ])('%j is refused at once', (options) => {
    expect(() => anthropic(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test(`door ${door}: id, contract, price and capabilities`, () => {
    expect(anthropic({ model: 'claude-opus-5-5' })).toMatchObject({
      contract: 1,
      id: 'anthropic:claude-opus-5-5',
      price: { inputUsdPerMillion: 4 },
      capabilities: { maxOutputTokens: 128_000 },
    });
    const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
    const model = anthropic({ model: 'claude-opus-5-5', price, capabilities: { tools: 'no' } });
    expect(model).toMatchObject({ price, capabilities: { tools: 'no', vision: 'yes' } });
    expect(anthropic({ model: 'unheard-of' }).price).toBeUndefined();
  });
});

describe('the same failure through both doors', () => {
  const error = { type: 'error', error: { type: 'not_found_error', message: 'model: m' }, request_id: 'req_9' };
  const tooLong = {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' },
  };
  test.each([
    ['an error of Anthropic', 404, JSON.stringify(error), 'application/json', 'not_found'],
    ['a prompt that is too long', 400, JSON.stringify(tooLong), 'application/json', 'context_overflow'],
    ['an overload', 529, '{"type":"error","error":{"type":"overloaded_error"}}', 'application/json', 'overloaded'],
    ['an error as text', 400, '{"error":"wrong"}', 'application/json', 'invalid'],
    ['a list', 400, '[1]', 'application/json', 'invalid'],
    ['a page', 502, '<html>\n<h1>Bad Gateway</h1></html>', 'text/html', 'provider'],
    ['nothing', 503, '', 'text/plain', 'overloaded'],
  ])('%s', async (_, status, body, type, code) => {
    await using server = await loopbackServer((response) => {
      response.writeHead(status, { 'content-type': type, 'request-id': 'req_9', 'retry-after': '3' }).end(body);
    });
    const failures: unknown[] = [];
    for (const [, anthropic] of doors) {
      const model = anthropic({ model: 'm', apiKey: 'key-that-must-not-show', baseUrl: server.url });
      const failure = await collect(model.stream(question, call())).catch((thrown: unknown) => thrown);
      failures.push(isTakoError(failure) ? failure.toJSON() : failure);
    }
    expect(failures[0]).toEqual(failures[1]);
    expect(failures[0]).toMatchObject({ code, status, requestId: 'req_9', retryAfterMs: 3_000, source: 'anthropic:m' });
  });

  test('a connection that is refused', async () => {
    const failures: unknown[] = [];
    for (const [, anthropic] of doors) {
      const model = anthropic({ model: 'm', apiKey: 'k', baseUrl: 'http://127.0.0.1:1' });
      const failure = await collect(model.stream(question, call())).catch((thrown: unknown) => thrown);
      failures.push(isTakoError(failure) ? failure.toJSON() : failure);
    }
    expect(failures[0]).toEqual(failures[1]);
    expect(failures[0]).toMatchObject({ code: 'transport' });
  });
});
