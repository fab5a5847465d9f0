import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { ollama, ollamaCapabilities } from '@tako/provider-ollama';
import { fakeClock } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { describe, expect, test, vi } from 'vitest';

import { answerLines, hello } from './answers.js';

const question: ChatRequest = { messages: [user('Well?')] };
const tools = [{ name: 'f', inputSchema: { type: 'object' } }];

describe('the connection', () => {
  test('without a key none is sent, and nothing but the configured address is asked', async () => {
    await using server = await loopbackServer((response) => answerLines(response, ...hello));
    vi.stubEnv('OLLAMA_HOST', 'http://127.0.0.1:1');
    vi.stubEnv('OLLAMA_API_KEY', 'must-not-be-read');
    try {
      await collect(ollama({ model: 'm', baseUrl: `${server.url}//` }).stream(question, call()));
    } finally {
      vi.unstubAllEnvs();
    }
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /api/chat']);
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('another fetch is used for everything', async () => {
    const asked: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      asked.push(`${init.method} ${url}`);
      return Response.json({ message: { content: 'Hi' }, done: true });
    };
    const { message } = await chat(ollama({ model: 'm', fetch }), question);
    expect(message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(asked).toEqual(['POST http://127.0.0.1:11434/api/chat']);
  });

  test('the key is read at each call; headers go over our own', async () => {
    await using server = await loopbackServer((response) => answerLines(response, ...hello));
    const environment = { MY_KEY: 'from-env' };
    let rotated = 0;
    const keys = ['$ENV:MY_KEY', async () => `rotated-${++rotated}`];
    for (const apiKey of keys) {
      const model = ollama({ model: 'm', apiKey, environment, baseUrl: server.url });
      await chat(model, question);
      await collect(model.stream(question, call()));
    }
    const headers = { Authorization: 'Custom', 'X-Mine': '1' };
    await chat(ollama({ model: 'm', apiKey: 'k', headers, baseUrl: server.url }), question);
    expect(server.requests.map((request) => request.headers['authorization'])).toEqual([
      'Bearer from-env',
      'Bearer from-env',
      'Bearer rotated-1',
      'Bearer rotated-2',
      'Custom',
    ]);
    expect(server.requests.at(-1)?.headers['x-mine']).toBe('1');
  });

  test('a key that is not there is told before anything is sent', async () => {
    await using server = await loopbackServer((response) => answerLines(response, ...hello));
    const model = ollama({ model: 'm', apiKey: '$ENV:NO_KEY', environment: {}, baseUrl: server.url });
    await expect(chat(model, question)).rejects.toMatchObject({ code: 'auth' });
    expect(server.connections).toBe(0);
  });

  test('no redirect is followed', async () => {
    await using other = await loopbackServer((response) => answerLines(response, ...hello));
    await using server = await loopbackServer((response) => {
      response.writeHead(307, { location: `${other.url}/api/chat` }).end();
    });
    await expect(chat(ollama({ model: 'm', baseUrl: server.url }), question)).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(other.requests).toEqual([]);
  });

  test('connections serve call after call', async () => {
    await using server = await loopbackServer((response) => answerLines(response, ...hello));
    const model = ollama({ model: 'm', baseUrl: server.url });
    for (let at = 0; at < 10; at++) await collect(model.stream(question, call()));
    expect(server.connections).toBeLessThan(4); // the platform's pool may open a second one while it takes the first one back
  });
});

describe('waiting for a model to load', () => {
  test('minutes without headers are no timeout while the server is there', async () => {
    const clock = fakeClock();
    let load = (_answer: Response): void => undefined;
    const fetch = (url: string): Promise<Response> =>
      url.endsWith('/api/version')
        ? Promise.resolve(Response.json({ version: '0.40.12' }))
        : new Promise((resolve) => (load = resolve));
    const answer = collect(ollama({ model: 'm', fetch, clock }).stream(question, call()));
    await clock.advance(200_000);
    load(new Response(hello.map((frame) => JSON.stringify(frame)).join('\n')));
    expect((await answer).message.content).toEqual([{ type: 'text', text: 'Hello' }]);
  });

  test('a server that never comes to its first event is given up after five minutes', async () => {
    const clock = fakeClock();
    const fetch = (url: string, init: RequestInit): Promise<Response> =>
      url.endsWith('/api/version')
        ? Promise.resolve(Response.json({}))
        : new Promise((_, reject) => {
            init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
          });
    const failing = collect(ollama({ model: 'm', fetch, clock }).stream(question, call()));
    failing.catch(() => undefined);
    await clock.advance(299_999);
    expect(clock.timers).toBeGreaterThan(0);
    await clock.advance(1);
    await expect(failing).rejects.toMatchObject({ code: 'timeout', details: { limitMs: 300_000 } });
  });
});

describe('failures', () => {
  test('a model that is not there: the error says how to get it', async () => {
    await using server = await loopbackServer((response) => {
      answerJson(response, 404, { error: "model 'qwen3:8b' not found" });
    });
    await expect(chat(ollama({ model: 'qwen3:8b', baseUrl: server.url }), question)).rejects.toMatchObject({
      code: 'not_found',
      status: 404,
      retryable: false,
      message: "ollama:qwen3:8b answered 404: model 'qwen3:8b' not found; get it with: ollama pull qwen3:8b",
    });
  });

  test('another 404 says nothing of the kind', async () => {
    await using server = await loopbackServer((response) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    });
    const failing = chat(ollama({ model: 'm', baseUrl: `${server.url}/v1` }), question);
    await expect(failing).rejects.toMatchObject({ code: 'not_found', message: expect.not.stringContaining('pull') });
  });

  test('a prompt that is too long', async () => {
    await using server = await loopbackServer((response) => {
      answerJson(response, 400, { error: 'the input length exceeds the context length' });
    });
    await expect(chat(ollama({ model: 'm', baseUrl: server.url }), question)).rejects.toMatchObject({
      code: 'context_overflow',
      retryable: false,
    });
  });

  test('what cannot be said is refused before any connection', async () => {
    await using server = await loopbackServer((response) => answerLines(response, ...hello));
    const model = ollama({ model: 'm', baseUrl: server.url });
    const requests: Partial<ChatRequest>[] = [
      { tools, toolChoice: 'required' },
      { tools, responseFormat: { type: 'json_schema', name: 'n', schema: {} } },
      { tools, responseFormat: { type: 'json' } },
      { messages: [user({ type: 'image_url', url: 'https://images.example/a.png' })] },
    ];
    for (const request of requests) {
      await expect(chat(model, { ...question, ...request })).rejects.toMatchObject({ code: 'unsupported' });
    }
    expect(server.connections).toBe(0);
  });
});

describe('what a provider says of itself', () => {
  test('its id keeps the colons of the model; an empty model is refused at once', () => {
    expect(ollama({ model: 'llama3.2-vision:11b' })).toMatchObject({ contract: 1, id: 'ollama:llama3.2-vision:11b' });
    expect(() => ollama({ model: '' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('a model of one’s own costs nothing, which is a price; one of ollama.com has none that is known', () => {
    const free = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
    expect(ollama({ model: 'qwen3' }).price).toEqual(free);
    expect(ollama({ model: 'qwen3', baseUrl: 'http://gpu.example:11434' }).price).toEqual(free);
    expect(ollama({ model: 'qwen3', baseUrl: 'https://notollama.com' }).price).toEqual(free);
    for (const options of [
      { model: 'gpt-oss:120b-cloud' },
      { model: 'gpt-oss:120b:cloud' },
      { model: 'gpt-oss:120b', baseUrl: 'https://ollama.com' },
      { model: 'gpt-oss:120b', baseUrl: 'https://api.ollama.com/' },
    ]) {
      expect(ollama(options).price).toBeUndefined();
    }
  });

  test('capabilities: the wire, the context that was set, and what the user says', () => {
    const { capabilities } = ollama({
      model: 'm',
      options: { num_ctx: 8_192 },
      urlPrefetch: true,
      capabilities: { vision: 'no' },
    });
    expect(capabilities).toMatchObject({
      streaming: 'yes',
      tools: 'unknown',
      toolChoice: 'no',
      imageUrls: 'yes',
      vision: 'no',
      contextTokens: 8_192,
    });
    expect(ollama({ model: 'm' }).capabilities.imageUrls).toBe('no');
  });
});

describe('ollamaCapabilities', () => {
  test('asks the server, by key and headers, and fits the option', async () => {
    await using server = await loopbackServer((response) => {
      answerJson(response, 200, { license: 'x'.repeat(100_000), capabilities: ['completion', 'vision'] });
    });
    const connection = { model: 'llava', baseUrl: server.url, apiKey: 'k' };
    const capabilities = await ollamaCapabilities(connection);
    expect(capabilities).toEqual({ tools: 'no', vision: 'yes', reasoningEfforts: ['none'] });
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/api/show',
      headers: { authorization: 'Bearer k' },
      json: { model: 'llava' },
    });
    const model = ollama({ ...connection, capabilities });
    await expect(chat(model, { ...question, tools })).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('a model that thinks has efforts, which the server does not name', async () => {
    const fetch = async (): Promise<Response> => Response.json({ capabilities: ['completion', 'tools', 'thinking'] });
    expect(await ollamaCapabilities({ model: 'm', fetch })).toEqual({ tools: 'yes', vision: 'no' });
  });

  test('an older server says nothing', async () => {
    const fetch = async (): Promise<Response> => Response.json({ details: {} });
    expect(await ollamaCapabilities({ model: 'm', fetch })).toEqual({});
  });

  test.each<[string, () => Promise<Response>, object]>([
    [
      'no such model',
      async () => Response.json({ error: "model 'm' not found" }, { status: 404 }),
      { code: 'not_found', message: expect.stringContaining('ollama pull m') },
    ],
    ['a page', async () => new Response('<html>'), { code: 'malformed_response' }],
    ['no connection', () => Promise.reject(new TypeError('fetch failed')), { code: 'transport' }],
  ])('%s', async (_, fetch, failure) => {
    await expect(ollamaCapabilities({ model: 'm', fetch })).rejects.toMatchObject(failure);
  });

  test('an abort ends it with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(ollamaCapabilities({ model: 'm', signal, baseUrl: 'http://127.0.0.1:1' })).rejects.toThrow('enough');
  });
});
