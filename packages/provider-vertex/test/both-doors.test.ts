import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { isTakoError } from '@tako/core/provider';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { describe, expect, test } from 'vitest';

import { saying, streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };
const model = 'gemini-3.8-flash';
const resource = '/v1/projects/my-project/locations/eu/publishers/google/models/gemini-3.8-flash';

describe.each(doors)('%s', (_, vertex) => {
  test('streamed and whole have paths of their own, and one body', async () => {
    await using server = await loopbackServer((response, { url }) =>
      url.includes('stream') ? streamText(response) : answerJson(response, 200, saying('Hi')),
    );
    const gemini = vertex({ model, accessToken: 'token', baseUrl: `${server.url}/v1//`, headers: { 'X-Mine': '1' } });
    const streamed = await collect(gemini.stream(question, call()));
    expect(await chat(gemini, question)).toEqual(streamed);
    expect(streamed).toMatchObject({ finishReason: 'stop', requestId: 'r-1' });
    expect(server.requests.map(({ url }) => url)).toEqual([
      `${resource}:streamGenerateContent?alt=sse`,
      `${resource}:generateContent`,
    ]);
    for (const { headers, json } of server.requests) {
      expect(headers).toMatchObject({ authorization: 'Bearer token', 'x-mine': '1' });
      expect(json).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Well?' }] }] });
    }
  });

  test('connections serve call after call', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const gemini = vertex({ model, accessToken: 'token', baseUrl: `${server.url}/v1` });
    for (let at = 0; at < 10; at++) await collect(gemini.stream(question, call()));
    expect(server.connections).toBeLessThan(4); // the platform's pool may open a second one while it takes the first one back
  });

  test('no redirect is followed: the token stays where it was sent', async () => {
    await using other = await loopbackServer((response) => streamText(response));
    await using server = await loopbackServer((response) => {
      response.writeHead(307, { location: `${other.url}/v1/x` }).end();
    });
    const gemini = vertex({ model, accessToken: 'token', baseUrl: `${server.url}/v1` });
    await expect(collect(gemini.stream(question, call()))).rejects.toMatchObject({ code: 'invalid' });
    expect(other.requests).toEqual([]);
  });

  test.each([401, 403, 429, 500])('one call is one request, also where the answer is %i', async (status) => {
    await using server = await loopbackServer((response) => answerJson(response, status, { error: { message: 'no' } }));
    const gemini = vertex({ model, accessToken: 'token', baseUrl: `${server.url}/v1` });
    await expect(collect(gemini.stream(question, call()))).rejects.toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });

  test('another fetch is used for everything, at the address of the location', async () => {
    const urls: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      urls.push(`${init.method} ${url}`);
      return Response.json(saying('Hi'));
    };
    const gemini = vertex({ model, accessToken: 'token', fetch });
    expect((await chat(gemini, question)).message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(urls).toEqual([`POST https://aiplatform.eu.rep.googleapis.com${resource}:generateContent`]);
  });

  test('what the model cannot do is refused before the network', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const gemini = vertex({ model, accessToken: 'token', baseUrl: `${server.url}/v1` });
    const request: ChatRequest = { ...question, reasoning: { effort: 'none' } };
    await expect(collect(gemini.stream(request, call()))).rejects.toMatchObject({ code: 'unsupported' });
    expect(server.connections).toBe(0);
  });

  test('a downgrade is told before the answer', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const gemini = vertex({ model, accessToken: 'token', baseUrl: `${server.url}/v1` });
    const types: string[] = [];
    for await (const { type } of gemini.stream({ ...question, cache: { key: 'k' } }, call())) types.push(type);
    expect(types).toEqual(['start', 'warning', 'text_delta', 'finish']);
  });

  test('an empty name of a model is refused at once', () => {
    expect(() => vertex({ model: '', accessToken: 't' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('id, contract, price and capabilities', () => {
    expect(vertex({ model, accessToken: 't' })).toMatchObject({
      contract: 1,
      id: 'vertex:gemini-3.8-flash',
      price: { inputUsdPerMillion: 0.75 },
      capabilities: { reasoningEfforts: ['low', 'medium', 'high'] },
    });
    const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
    expect(vertex({ model, accessToken: 't', price, capabilities: { tools: 'no' } })).toMatchObject({
      price,
      capabilities: { tools: 'no', vision: 'yes' },
    });
  });
});

test.each([
  ['an error of the vendor', 404, '{"error":{"code":404,"message":"no token-x-y here","status":"NOT_FOUND"}}'],
  ['an error in an array', 429, '[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]'],
  ['a page', 502, '<html><h1>Bad Gateway</h1></html>'],
  ['nothing', 503, ''],
])('the same failure through both doors: %s', async (_, status, body) => {
  await using server = await loopbackServer((response) => {
    response.writeHead(status, { 'x-request-id': 'req_9', 'retry-after': '3' }).end(body);
  });
  const failures: unknown[] = [];
  for (const [, vertex] of doors) {
    const gemini = vertex({ model, accessToken: 'token-x-y', baseUrl: `${server.url}/v1` });
    const failure = await collect(gemini.stream(question, call())).catch((error: unknown) => error);
    failures.push(isTakoError(failure) ? failure.toJSON() : failure);
  }
  expect(failures[0]).toEqual(failures[1]);
  expect(failures[0]).toMatchObject({
    status,
    requestId: 'req_9',
    retryAfterMs: 3_000,
    source: 'vertex:gemini-3.8-flash',
  });
  expect(JSON.stringify(failures)).not.toContain('token-x-y');
});
