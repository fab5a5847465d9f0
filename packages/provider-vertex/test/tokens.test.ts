import { call, chat, collect, Secret, user, type ChatRequest } from '@tako/core';
import { vertex, type VertexCredential } from '@tako/provider-vertex';
import { vertex as bySdk } from '@tako/provider-vertex/sdk';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { describe, expect, test, vi } from 'vitest';

import { saying, streamText } from './answers.js';
import { clientWith } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };
const place = { model: 'gemini-3.8-flash', project: 'p' };

describe('the token', () => {
  test('is read at each call, whatever holds it', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    let rotated = 0;
    const credentials: readonly VertexCredential[] = [
      'plain',
      new Secret('secret'),
      '$ENV:MY_TOKEN',
      async () => `rotated-${++rotated}`,
      () => ({ token: 'dated', expiresAtMs: Date.now() + 3_600_000 }),
    ];
    for (const accessToken of credentials) {
      const environment = { MY_TOKEN: 'from-env' };
      const gemini = vertex({ ...place, accessToken, baseUrl: `${server.url}/v1`, environment });
      await collect(gemini.stream(question, call()));
      await collect(gemini.stream(question, call()));
    }
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual(
      'plain plain secret secret from-env from-env rotated-1 rotated-2 dated dated'
        .split(' ')
        .map((key) => `Bearer ${key}`),
    );
  });

  test('that is missing is told before anything is sent', async () => {
    await using server = await loopbackServer((response) => streamText(response));
    const gemini = vertex({ ...place, accessToken: '$ENV:NONE', baseUrl: `${server.url}/v1`, environment: {} });
    await expect(chat(gemini, question)).rejects.toMatchObject({
      code: 'auth',
      message: 'vertex: accessToken: the environment variable NONE is not set',
    });
    expect(server.connections).toBe(0);
  });

  test('is asked for once by calls at the same time, and anew after the vendor refused it', async () => {
    let refuses = false;
    await using server = await loopbackServer((response) =>
      refuses
        ? answerJson(response, 401, { error: { code: 401, message: 'expired', status: 'UNAUTHENTICATED' } })
        : answerJson(response, 200, saying('Hi')),
    );
    let asked = 0;
    const accessToken = async (): Promise<{ token: string; expiresAtMs: number }> => ({
      token: `token-${++asked}`,
      expiresAtMs: Date.now() + 3_600_000,
    });
    const gemini = vertex({ ...place, accessToken, baseUrl: `${server.url}/v1` });
    await Promise.all(Array.from({ length: 8 }, () => chat(gemini, question)));
    expect(asked).toBe(1);

    refuses = true;
    await expect(chat(gemini, question)).rejects.toMatchObject({ code: 'auth', status: 401 });
    expect(asked).toBe(1);
    refuses = false;
    await chat(gemini, question);
    expect(server.requests.at(-1)?.headers['authorization']).toBe('Bearer token-2');
  });

  test('whose function fails is a transport failure, worth another try', async () => {
    const accessToken = async (): Promise<string> => {
      throw new Error('metadata server is down');
    };
    await expect(chat(vertex({ ...place, accessToken }), question)).rejects.toMatchObject({
      code: 'transport',
      retryable: true,
    });
  });
});

test('nothing in the environment leads elsewhere', async () => {
  await using server = await loopbackServer((response) => streamText(response));
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'other');
  vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'mars-central1');
  vi.stubEnv('GOOGLE_VERTEX_BASE_URL', 'http://127.0.0.1:1');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere.json');
  try {
    const accessToken = 'token';
    await collect(vertex({ ...place, accessToken, baseUrl: `${server.url}/v1` }).stream(question, call()));
    const client = clientWith(() => 'of-client');
    await collect(bySdk({ model: place.model, client, baseUrl: `${server.url}/v1` }).stream(question, call()));
  } finally {
    vi.unstubAllEnvs();
  }
  expect(server.requests.map(({ url, headers }) => `${headers['authorization']} ${url}`)).toEqual([
    'Bearer token /v1/projects/p/locations/global/publishers/google/models/gemini-3.8-flash:streamGenerateContent?alt=sse',
    'Bearer of-client /v1/projects/my-project/locations/eu/publishers/google/models/gemini-3.8-flash:streamGenerateContent?alt=sse',
  ]);
});

describe('a client of the SDK', () => {
  test('gives its endpoint and its token of the moment', async () => {
    let tokens = 0;
    const seen: string[] = [];
    const client = clientWith(() => `client-${++tokens}`, 'my-endpoint.example');
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      seen.push(`${new URL(url).host} ${new Headers(init.headers).get('authorization')}`);
      return Response.json(saying('Hi'));
    };
    const gemini = bySdk({ model: place.model, client, fetch });
    await chat(gemini, question);
    await chat(gemini, question);
    expect(seen).toEqual(['my-endpoint.example Bearer client-1', 'my-endpoint.example Bearer client-2']);
  });

  test('whose credentials give nothing is told so', async () => {
    const gemini = bySdk({ model: place.model, client: clientWith(() => '') });
    await expect(chat(gemini, question)).rejects.toMatchObject({ code: 'auth' });
  });

  test.each([undefined, null, {}, 'client', { project: 'p', location: 'eu', googleAuth: {} }])(
    'that is none is refused: %s',
    (client) => {
      // Whoever writes JavaScript can pass anything.
      expect(() => bySdk({ model: place.model, client: client as never })).toThrow(
        expect.objectContaining({ code: 'invalid' }),
      );
    },
  );
});

test.each(['', '..', '.', 'a/b', 'a b'])('project "%s" is refused: the path would lead elsewhere', (project) => {
  expect(() => vertex({ ...place, project, accessToken: 't' })).toThrow(expect.objectContaining({ code: 'invalid' }));
});
