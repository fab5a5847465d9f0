import { call, chat, collect, costUsd, user, type ChatRequest } from '@tako/core';
import { mistral } from '@tako/provider-mistral';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { expect, test, vi } from 'vitest';

const question: ChatRequest = { messages: [user('Well?')] };
const completion = {
  id: 'c1',
  model: 'm1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi', tool_calls: null }, finish_reason: 'stop' }],
};

test('the key is read at each call, from the environment by default', async () => {
  await using server = await loopbackServer((response) => answerJson(response, 200, completion));
  const environment = { MISTRAL_API_KEY: 'from-env' };
  let rotated = 0;
  const { url: baseUrl } = server;
  const byDefault = mistral({ model: 'm', baseUrl, environment });
  const byFunction = mistral({ model: 'm', baseUrl, apiKey: async () => `rotated-${++rotated}` });
  for (const model of [byDefault, byFunction, byFunction]) await chat(model, question);
  await chat(mistral({ model: 'm', baseUrl, apiKey: 'k', headers: { 'X-Mine': '1', Authorization: 'Own' } }), question);
  expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([
    'Bearer from-env',
    'Bearer rotated-1',
    'Bearer rotated-2',
    'Own',
  ]);
  expect(server.requests.at(-1)).toMatchObject({ url: '/chat/completions', headers: { 'x-mine': '1' } });
});

test('the process has an environment', async () => {
  await using server = await loopbackServer((response) => answerJson(response, 200, completion));
  vi.stubEnv('MISTRAL_API_KEY', 'from-process');
  try {
    await chat(mistral({ model: 'm', baseUrl: server.url }), question);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(server.requests[0]?.headers['authorization']).toBe('Bearer from-process');
});

test('without a key nothing is sent', async () => {
  await using server = await loopbackServer((response) => answerJson(response, 200, completion));
  const model = mistral({ model: 'm', baseUrl: server.url, environment: {} });
  await expect(collect(model.stream(question, call()))).rejects.toMatchObject({
    code: 'auth',
    message: 'mistral: apiKey: the environment variable MISTRAL_API_KEY is not set',
  });
  expect(server.connections).toBe(0);
});

test('nothing but the configured address is asked, and no redirect followed', async () => {
  const urls: string[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    urls.push(`${init.method} ${url}`);
    return Response.json(completion);
  };
  await chat(mistral({ model: 'm', apiKey: 'k', fetch }), question);
  expect(urls).toEqual(['POST https://api.mistral.ai/v1/chat/completions']);

  await using other = await loopbackServer((response) => answerJson(response, 200, completion));
  await using server = await loopbackServer((response) => {
    response.writeHead(307, { location: `${other.url}/chat/completions` }).end();
  });
  const model = mistral({ model: 'm', apiKey: 'k', baseUrl: server.url });
  await expect(chat(model, question)).rejects.toMatchObject({ code: 'invalid' });
  expect(other.requests).toEqual([]);
});

test('wrong options are told at once', () => {
  for (const options of [{ model: '' }, { model: 'm', randomSeed: -1 }, { model: 'm', randomSeed: 1.5 }]) {
    expect(() => mistral(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
});

test('what a model certainly cannot do is refused before the network; of others nothing is known', async () => {
  await using server = await loopbackServer((response) => answerJson(response, 200, completion));
  const connection = { apiKey: 'k', baseUrl: server.url };
  const image = user({ type: 'image', mimeType: 'image/png', data: 'AQID' });
  const requests: [string, Partial<ChatRequest>][] = [
    ['codestral-latest', { messages: [image] }],
    ['mistral-large-latest', { reasoning: { effort: 'high' } }],
    ['mistral-medium-latest', { messages: [user({ type: 'audio', mimeType: 'audio/wav', data: 'AQID' })] }],
  ];
  for (const [model, request] of requests) {
    const failing = chat(mistral({ model, ...connection }), { ...question, ...request });
    await expect(failing).rejects.toMatchObject({ code: 'unsupported' });
  }
  expect(server.connections).toBe(0);
  for (const [, request] of requests) {
    await expect(
      chat(mistral({ model: 'newer-than-we', ...connection }), { ...question, ...request }),
    ).resolves.toBeDefined();
  }
  await chat(mistral({ model: 'mistral-medium-3-5', ...connection }), { ...question, reasoning: { effort: 'high' } });
  expect(server.requests.at(-1)?.json).toMatchObject({ reasoning_effort: 'high' });
});

test('prices: by name, a tenth for what was cached, unknown where we do not know', () => {
  const { price } = mistral({ model: 'mistral-large-latest' });
  const usage = { inputTokens: 2_000_000, cachedInputTokens: 1_000_000, outputTokens: 1_000_000 };
  expect(price && costUsd(usage, price)).toBeCloseTo(0.5 + 0.05 + 1.5, 10);
  for (const model of ['voxtral-small-latest', 'ft:mistral-large-latest:x', 'constructor']) {
    expect(mistral({ model }).price).toBeUndefined();
  }
  expect(mistral({ model: 'ft:a:b' }).id).toBe('mistral:ft:a:b');
  const own = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
  expect(mistral({ model: 'mistral-large-latest', price: own }).price).toBe(own);
});
