import { call, chat, collect, Secret, user, type ChatRequest } from '@tako/core';
import { isTakoError } from '@tako/core/provider';
import { answerJson, loopbackServer, type ArrivedRequest } from '@tako/testing/loopback';
import { describe, expect, test, vi } from 'vitest';

import { completion, streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };

describe.each(doors)('%s', (door, azureOpenAI) => {
  test('the key is read at each call, whatever holds it', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const { url: endpoint } = server;
    const environment = { AZURE_OPENAI_API_KEY: 'by-default', MY_KEY: 'from-env' };
    let rotated = 0;
    const rotating = azureOpenAI({ deployment: 'd', endpoint, apiKey: async () => new Secret(`rotated-${++rotated}`) });
    const byName = azureOpenAI({ deployment: 'd', endpoint, environment, apiKey: '$ENV:MY_KEY' });
    const byDefault = azureOpenAI({ deployment: 'd', endpoint, environment });
    for (const model of [byDefault, byName, rotating, rotating]) await collect(model.stream(question, call()));
    expect(server.requests.map(({ headers }) => headers['api-key'])).toEqual([
      'by-default',
      'from-env',
      'rotated-1',
      'rotated-2',
    ]);
    expect(server.requests.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });

  test('a token of Entra is asked for at each call, and no key is sent beside it', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    let asked = 0;
    for (const apiVersion of ['2024-10-21', 'v1']) {
      const tokenProvider = async (): Promise<string> => `token-${++asked}`;
      const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiVersion, tokenProvider });
      await collect(model.stream(question, call()));
      await chat(model, question);
    }
    const shown = server.requests.map(({ headers }) => [headers['authorization'], headers['api-key']]);
    expect(shown).toEqual([1, 2, 3, 4].map((at) => [`Bearer token-${at}`, undefined]));
  });

  test.each([{ environment: {} }, { tokenProvider: () => '' }])(
    'without a credential nothing is sent',
    async (none) => {
      await using server = await loopbackServer((response) => streamText(response));
      const model = azureOpenAI({ deployment: 'd', endpoint: server.url, ...none });
      await expect(chat(model, question)).rejects.toMatchObject({ code: 'auth' });
      expect(server.connections).toBe(0);
    },
  );

  test.each([
    ['', '2024-10-21', 'my-gpt', '/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21'],
    ['//', '2025-04-01-preview', 'a b/../c?d#é', null],
    ['/openai/', '2024-10-21', 'd', '/openai/deployments/d/chat/completions?api-version=2024-10-21'],
    ['/openai/v1/', 'v1', 'd', '/openai/v1/chat/completions'],
    ['/gateway', 'v1', 'd', '/gateway/openai/v1/chat/completions'],
  ])('address: endpoint%s, version %s, deployment %s', async (path, apiVersion, deployment, expected) => {
    await using server = await loopbackServer((response) => streamText(response));
    const endpoint = server.url + path;
    await collect(azureOpenAI({ deployment, endpoint, apiVersion, apiKey: 'k' }).stream(question, call()));
    const odd = `/openai/deployments/${encodeURIComponent('a b/../c?d#é')}/chat/completions?api-version=2025-04-01-preview`;
    expect(server.requests[0]).toMatchObject({ url: expected ?? odd, json: { model: deployment } });
  });

  test('what stands in the environment for others is not read, and what is configured arrives', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const elsewhere = 'http://127.0.0.1:1/';
    const variables = {
      OPENAI_BASE_URL: elsewhere,
      AZURE_OPENAI_ENDPOINT: elsewhere,
      OPENAI_API_VERSION: '1999-01-01',
      OPENAI_API_KEY: 'env-key',
      OPENAI_ADMIN_KEY: 'env-admin',
      OPENAI_ORG_ID: 'env-org',
      OPENAI_PROJECT_ID: 'env-project',
      OPENAI_CUSTOM_HEADERS: 'authorization: Bearer env-token\nx-env: 1\napi-key: env-key',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    try {
      for (const apiVersion of [undefined, 'v1']) {
        const headers = { 'X-Mine': '1' };
        const options = { deployment: 'd', endpoint: server.url, apiVersion, headers };
        await chat(azureOpenAI({ ...options, apiKey: 'k' }), question);
        await chat(azureOpenAI({ ...options, tokenProvider: () => 't' }), question);
      }
    } finally {
      vi.unstubAllEnvs();
    }
    const ofInterest = ({ url, headers }: ArrivedRequest): unknown => [
      url.replace(/.*[/]/, ''),
      headers['api-key'],
      headers['authorization'],
      headers['x-mine'],
    ];
    expect(server.requests.map(ofInterest)).toEqual([
      ['completions?api-version=2024-10-21', 'k', undefined, '1'],
      ['completions?api-version=2024-10-21', undefined, 'Bearer t', '1'],
      ['completions', 'k', undefined, '1'],
      ['completions', undefined, 'Bearer t', '1'],
    ]);
    expect(JSON.stringify(server.requests)).not.toContain('env');
  });

  test('the process has an environment', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'from-process');
    try {
      await chat(azureOpenAI({ deployment: 'd', endpoint: server.url }), question);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(server.requests[0]?.headers['api-key']).toBe('from-process');
  });

  test("the request's id is the one of Azure's gateway", async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'k' });
    expect((await collect(model.stream(question, call()))).requestId).toBe('req_1');
  });

  test('no redirect is followed: the credential stays where it was sent', async () => {
    await using other = await loopbackServer((response) => streamText(response));
    await using server = await loopbackServer((response) => {
      response.writeHead(307, { location: `${other.url}/openai/v1/chat/completions` }).end();
    });
    for (const credential of [{ apiKey: 'k' }, { tokenProvider: () => 't' }]) {
      const model = azureOpenAI({ deployment: 'd', endpoint: server.url, ...credential });
      await expect(chat(model, question)).rejects.toMatchObject({ code: 'invalid' });
    }
    expect(other.requests).toEqual([]);
  });

  test('one call is one request, however it fails', async () => {
    await using server = await loopbackServer((response) =>
      answerJson(response, 500, {}, { 'x-should-retry': 'true' }),
    );
    const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'k' });
    await expect(chat(model, question)).rejects.toMatchObject({ code: 'provider' });
    expect(server.requests).toHaveLength(1);
  });

  test('a failure whose body never ends is given up with the call, and its connection with it', async () => {
    let closed: () => void = () => undefined;
    const closing = new Promise<void>((resolve) => (closed = resolve));
    const caller = new AbortController();
    await using server = await loopbackServer((response) => {
      response.on('close', closed);
      response.writeHead(500, { 'content-type': 'application/json' });
      response.write('{"error":');
      setImmediate(() => caller.abort());
    });
    const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'k' });
    await expect(chat(model, question, call({ signal: caller.signal }))).rejects.toMatchObject({ code: 'cancelled' });
    await closing;
  });

  test('another fetch is used for everything', async () => {
    const urls: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      urls.push(`${init.method} ${url}`);
      return Response.json(completion('Hi'));
    };
    const endpoint = 'https://r.openai.azure.com';
    const model = azureOpenAI({ deployment: 'd', endpoint, apiKey: 'k', fetch });
    expect((await chat(model, question)).message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(urls).toEqual([`POST ${endpoint}/openai/deployments/d/chat/completions?api-version=2024-10-21`]);
  });

  test.each([
    { deployment: '' },
    { deployment: '..' },
    { endpoint: '' },
    { endpoint: 'my-resource' },
    { endpoint: 'ftp://my-resource.example' },
    { endpoint: 'https://user:pass@my-resource.example' },
    { endpoint: 'https://my-resource.example?api-version=1' },
    { apiVersion: 'latest' },
    { apiVersion: '2024-10-21&x=1' },
  ])('%o is refused at once', (wrong) => {
    const right = { deployment: 'd', endpoint: 'https://my-resource.example' };
    expect(() => azureOpenAI({ ...right, ...wrong })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test(`door ${door}: id, and what is known by the model's name alone`, () => {
    const options = { deployment: 'gpt-4o', endpoint: 'https://r.openai.azure.com' };
    const anonymous = azureOpenAI(options);
    expect(anonymous).toMatchObject({ contract: 1, id: 'azure-openai:gpt-4o', capabilities: { tools: 'unknown' } });
    expect(anonymous.price).toBeUndefined();
    const named = azureOpenAI({ ...options, model: 'gpt-5-mini-2025-08-07', capabilities: { files: 'no' } });
    expect(named.capabilities).toMatchObject({ contextTokens: 400_000, files: 'no' });
    expect(named.price).toMatchObject({ inputUsdPerMillion: 0.25 });
    const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
    expect(azureOpenAI({ ...options, model: 'gpt-5', price }).price).toBe(price);
  });
});

test('a key and a token exclude each other', () => {
  const both: object = { apiKey: 'k', tokenProvider: () => 't' };
  for (const [, azureOpenAI] of doors) {
    const make = (): unknown => azureOpenAI({ deployment: 'd', endpoint: 'https://r.example', ...both });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
});

describe('the same failure through both doors', () => {
  test.each([
    [
      'a missing deployment',
      404,
      { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } },
      { code: 'not_found', excerpt: 'The API deployment for this resource does not exist.' },
    ],
    [
      'a wrong path',
      404,
      { error: { code: '404', message: 'Resource not found' } },
      { code: 'not_found', excerpt: 'Resource not found' },
    ],
    [
      'a wrong key',
      401,
      { error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' } },
      { code: 'auth', excerpt: 'Access denied due to invalid subscription key or wrong API endpoint.' },
    ],
    [
      'a wrong token, as the gateway says it',
      401,
      {
        statusCode: 401,
        message: 'Unauthorized. Access token is missing, invalid, audience is incorrect, or have expired.',
      },
      { code: 'auth', excerpt: expect.stringContaining('audience is incorrect') },
    ],
    [
      'a limit, the wait in the message',
      429,
      {
        error: { code: '429', message: 'Rate limit of your S0 pricing tier exceeded. Please retry after 45 seconds.' },
      },
      { code: 'rate_limited', retryAfterMs: 45_000 },
    ],
    ['an error as text', 400, { error: 'wrong' }, { code: 'invalid', excerpt: 'wrong' }],
    ['nothing said', 503, {}, { code: 'overloaded', excerpt: '' }],
  ])('%s', async (_, status, body, expected) => {
    await using server = await loopbackServer((response) => {
      answerJson(response, status, body, { 'apim-request-id': 'req_9', 'x-request-id': 'inner' });
    });
    const failures: unknown[] = [];
    for (const [, azureOpenAI] of doors) {
      const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'key-that-must-not-show' });
      const failure = await collect(model.stream(question, call())).catch((error: unknown) => error);
      failures.push(isTakoError(failure) ? failure.toJSON() : failure);
    }
    expect(failures[0]).toEqual(failures[1]);
    expect(failures[0]).toMatchObject({ status, requestId: 'req_9', source: 'azure-openai:d', ...expected });
  });

  test('a page of a proxy, with the key in it', async () => {
    await using server = await loopbackServer((response) => {
      response.writeHead(502, { 'content-type': 'text/html', 'retry-after': '3' });
      response.end('<h1>Bad Gateway for key.1234567</h1>');
    });
    for (const [, azureOpenAI] of doors) {
      const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'key.1234567' });
      const excerpt = '<h1>Bad Gateway for <redacted></h1>';
      await expect(chat(model, question)).rejects.toMatchObject({ code: 'provider', excerpt, retryAfterMs: 3_000 });
    }
  });

  test('a connection that is refused', async () => {
    for (const [, azureOpenAI] of doors) {
      const model = azureOpenAI({ deployment: 'd', endpoint: 'http://127.0.0.1:1', apiKey: 'k' });
      await expect(chat(model, question)).rejects.toMatchObject({ code: 'transport' });
    }
  });
});
