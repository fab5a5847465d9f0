import { call, chat, collect, Secret, user, type ChatRequest, type Credential } from '@tako/core';
import { isTakoError } from '@tako/core/provider';
import { answerJson, loopbackServer, type ArrivedRequest } from '@tako/testing/loopback';
import { describe, expect, test, vi } from 'vitest';

import { completion, streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };
const tools = [{ name: 'f', inputSchema: { type: 'object' } }];

describe.each(doors)('%s', (door, openai) => {
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
      const model = openai({ model: 'm', apiKey, baseUrl: `${server.url}/v1`, environment });
      await chat(model, question);
      await collect(model.stream(question, call()));
    }
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual(
      ['plain', 'plain', 'secret', 'secret', 'from-env', 'from-env', 'rotated-1', 'rotated-2'].map(
        (key) => `Bearer ${key}`,
      ),
    );
  });

  test('without a key nothing is sent', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = openai({ model: 'm', baseUrl: `${server.url}/v1`, environment: {} });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({
      code: 'auth',
      message: 'openai: apiKey: the environment variable OPENAI_API_KEY is not set',
    });
    expect(server.connections).toBe(0);
  });

  test('address, organization, project and headers arrive, and what stands in the environment for others does not', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:1/');
    vi.stubEnv('OPENAI_ORG_ID', 'org_env');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj_env');
    vi.stubEnv('OPENAI_ADMIN_KEY', 'admin_env');
    try {
      const plain = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1//` });
      await collect(plain.stream(question, call()));
      const full = openai({
        model: 'm',
        apiKey: 'k',
        baseUrl: `${server.url}/v1`,
        organization: 'org_1',
        project: 'proj_1',
        headers: { 'X-Mine': '1', Authorization: 'Custom k' },
      });
      await collect(full.stream(question, call()));
    } finally {
      vi.unstubAllEnvs();
    }
    const ofInterest = ({ url, headers }: ArrivedRequest): object => ({
      url,
      authorization: headers['authorization'],
      organization: headers['openai-organization'],
      project: headers['openai-project'],
      mine: headers['x-mine'],
    });
    expect(server.requests.map(ofInterest)).toEqual([
      { url: '/v1/chat/completions', authorization: 'Bearer k' },
      { url: '/v1/chat/completions', authorization: 'Custom k', organization: 'org_1', project: 'proj_1', mine: '1' },
    ]);
  });

  test('connections serve call after call, also where the end of a body comes late', async () => {
    await using server = await loopbackServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
      setImmediate(() => response.end());
    });
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1` });
    for (let at = 0; at < 10; at++) await collect(model.stream(question, call()));
    expect(server.connections).toBeLessThan(4); // the platform's pool may open a second one while it takes the first one back
  });

  test('a body that never ends after [DONE] does not hold up the answer', async () => {
    let closed: () => void = () => undefined;
    const closing = new Promise<void>((resolve) => (closed = resolve));
    await using server = await loopbackServer((response) => {
      response.on('close', closed);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    });
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1` });
    expect((await collect(model.stream(question, call()))).finishReason).toBe('stop');
    await closing;
  });

  test('a model that cannot stream is asked for the whole answer, and told as a stream', async () => {
    await using server = await loopbackServer((response) => answerJson(response, 200, completion('Whole')));
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1`, capabilities: { streaming: 'no' } });
    const types: string[] = [];
    for await (const { type } of model.stream(question, call())) types.push(type);
    expect(types).toEqual(['start', 'text_delta', 'finish']);
    expect(server.requests[0]?.json).not.toHaveProperty('stream');
  });

  test('an error inside an answer of status 200 is an error', async () => {
    await using server = await loopbackServer((response) =>
      answerJson(response, 200, { error: { message: 'full', code: 503 } }),
    );
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1` });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({ code: 'overloaded' });
    await expect(chat(model, question)).rejects.toMatchObject({ code: 'overloaded' });
  });

  test('no redirect is followed: the key stays where it was sent', async () => {
    await using other = await loopbackServer((response) => streamText(response));
    await using server = await loopbackServer((response) => {
      response.writeHead(307, { location: `${other.url}/v1/chat/completions` }).end();
    });
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1` });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({ code: 'invalid' });
    expect(other.requests).toEqual([]);
  });

  test('one call is one request, however it fails', async () => {
    await using server = await loopbackServer((response) =>
      answerJson(response, 500, {}, { 'x-should-retry': 'true' }),
    );
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1` });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({ code: 'provider' });
    expect(server.requests).toHaveLength(1);
  });

  test('another fetch is used for everything', async () => {
    const urls: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      urls.push(`${init.method} ${url}`);
      return Response.json(completion('Hi'));
    };
    const model = openai({ model: 'm', apiKey: 'k', fetch });
    expect((await chat(model, question)).message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(urls).toEqual(['POST https://api.openai.com/v1/chat/completions']);
  });

  test('what the model cannot do is refused before the network', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1`, capabilities: { tools: 'no' } });
    await expect(collect(model.stream({ ...question, tools }, call()))).rejects.toMatchObject({ code: 'unsupported' });
    expect(server.connections).toBe(0);
  });

  test('a model that takes no tools while it reasons is told not to, with a warning', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = openai({ model: 'gpt-6-luna', apiKey: 'k', baseUrl: `${server.url}/v1` });
    const { warnings } = await collect(model.stream({ ...question, tools }, call()));
    expect(warnings.map(({ code }) => code)).toEqual(['downgraded_reasoning']);
    expect(server.requests[0]?.json).toMatchObject({ reasoning_effort: 'none' });
  });

  test('an empty name of a model is refused at once', () => {
    expect(() => openai({ model: '' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test(`door ${door}: id, contract and price`, () => {
    expect(openai({ model: 'ft:gpt-4o:a:b' })).toMatchObject({ contract: 1, id: 'openai:ft:gpt-4o:a:b' });
    expect(openai({ model: 'gpt-5-mini-2025-08-07' }).price).toMatchObject({ inputUsdPerMillion: 0.25 });
    const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
    expect(openai({ model: 'gpt-5', price }).price).toBe(price);
    expect(openai({ model: 'unheard-of' }).price).toBeUndefined();
  });
});

describe('the same failure through both doors', () => {
  const openaiError = {
    error: { message: 'The model `m` does not exist', type: 'x', param: null, code: 'model_not_found' },
  };
  test.each([
    ['an error of OpenAI', 404, JSON.stringify(openaiError), 'application/json'],
    ['an exhausted quota', 429, '{"error":{"message":"No more.","code":"insufficient_quota"}}', 'application/json'],
    ['an error as text', 400, '{"error":"wrong"}', 'application/json'],
    ['a page', 502, '<html>\n<h1>Bad Gateway</h1></html>', 'text/html'],
    ['nothing', 503, '', 'text/plain'],
  ])('%s', async (_, status, body, type) => {
    await using server = await loopbackServer((response) => {
      response.writeHead(status, { 'content-type': type, 'x-request-id': 'req_9', 'retry-after': '3' }).end(body);
    });
    const failures: unknown[] = [];
    for (const [, openai] of doors) {
      const model = openai({ model: 'm', apiKey: 'key-that-must-not-show', baseUrl: `${server.url}/v1` });
      const failure = await collect(model.stream(question, call())).catch((error: unknown) => error);
      failures.push(isTakoError(failure) ? failure.toJSON() : failure);
    }
    expect(failures[0]).toEqual(failures[1]);
    expect(failures[0]).toMatchObject({ status, requestId: 'req_9', retryAfterMs: 3_000, source: 'openai:m' });
  });

  test('a connection that is refused', async () => {
    const failures: unknown[] = [];
    for (const [, openai] of doors) {
      const model = openai({ model: 'm', apiKey: 'k', baseUrl: 'http://127.0.0.1:1/v1' });
      const failure = await collect(model.stream(question, call())).catch((error: unknown) => error);
      failures.push(isTakoError(failure) ? failure.toJSON() : failure);
    }
    expect(failures[0]).toEqual(failures[1]);
    expect(failures[0]).toMatchObject({ code: 'transport' });
  });
});
