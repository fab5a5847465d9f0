import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { TakoError, type Authenticator, type ErrorCode } from '@tako/core';
import { fail, say, scriptedProvider } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { serveOpenAI } from '../src/index.js';
import { ada, adaToken, bobToken, framesOf, serving } from './serving.js';

const hello = { model: 'tako', messages: [{ role: 'user', content: 'Hello' }] };
const target = () => ({ tako: scriptedProvider(() => [say('Hi')]) });

test('curl gets an answer', async () => {
  const { url } = await serving(target());
  const { stdout } = await promisify(execFile)('curl', [
    '-sS',
    `${url}/v1/chat/completions`,
    '-H',
    `Authorization: Bearer ${adaToken}`,
    '-H',
    'Content-Type: application/json',
    '-d',
    JSON.stringify(hello),
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] });
});

test('a stream has its role first, one id, the reason, and its end', async () => {
  const { ask } = await serving(target());
  const response = await ask('/v1/chat/completions', { ...hello, stream: true });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
  const frames = await framesOf(response);
  expect(frames.at(-1)).toBe('data: [DONE]');
  const chunks = frames.slice(0, -1).map((frame) => JSON.parse(frame.slice(6)) as { id: string; choices: unknown[] });
  expect(chunks.map(({ choices }) => choices)).toEqual([
    [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }],
    [{ index: 0, delta: {}, finish_reason: 'stop' }],
  ]);
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
});

describe('before the body is read', () => {
  test.each<[string, Record<string, string>]>([
    ['no credential', { authorization: '' }],
    ['a wrong one', { authorization: 'Bearer nobody-knows-this-token' }],
    ['another scheme', { authorization: `Basic ${adaToken}` }],
    ['two in one', { authorization: `Bearer ${adaToken}, Bearer ${bobToken}` }],
  ])('%s is 401, challenged, and says nothing else', async (_, headers) => {
    const { ask } = await serving(target());
    for (const response of [
      await ask('/v1/chat/completions', '{ this is no json', headers),
      await ask('/v1/models', undefined, headers),
      await ask('/nowhere', undefined, headers),
    ]) {
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toEqual({
        error: {
          message: 'Incorrect API key provided.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      });
    }
  });

  test('an identity provider that is down is 503, with a wait', async () => {
    const auth: Authenticator = { authenticate: () => Promise.reject(new TakoError('transport', 'at 10.0.0.7')) };
    const { ask, log } = await serving(target(), { auth });
    const response = await ask('/v1/chat/completions', hello);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).not.toContain('10.0.0.7');
    expect(log[0]).toMatchObject({ status: 503, error: 'auth_unavailable', detail: 'at 10.0.0.7' });
  });

  test('health needs no credential', async () => {
    const { ask } = await serving(target());
    for (const path of ['/healthz', '/readyz'])
      expect((await ask(path, undefined, { authorization: '' })).status).toBe(200);
  });
});

test.each<[string, unknown, string | null]>([
  ['no JSON', '{', null],
  ['nothing', '', null],
  ['null', 'null', 'body'],
  ['a list', [], 'body'],
  ['no model', { messages: [] }, 'model'],
  ['no messages', { model: 'tako' }, 'messages'],
  ['an unknown role', { ...hello, messages: [{ role: 'wizard', content: '' }] }, 'messages[0].role'],
  ['n: 2', { ...hello, n: 2 }, 'n'],
  ['logprobs', { ...hello, logprobs: true }, 'logprobs'],
  ['a number that is text', { ...hello, temperature: '1' }, 'temperature'],
  ['a body of the other API', { model: 'tako', input: 'Hi' }, 'input'],
])('%s is 400', async (_, body, param) => {
  const { ask } = await serving(target());
  const response = await ask('/v1/chat/completions', body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
});

test('models are listed as far as they are granted, and found by encoded ids', async () => {
  const model = scriptedProvider([]);
  const models = new Map([
    ['tako/agent:1', model],
    ['secret', model],
  ]);
  const { ask } = await serving(models, { grants: (principal, id) => id !== 'secret' || principal.userId === 'bob' });
  expect(await (await ask('/v1/models')).json()).toMatchObject({ object: 'list', data: [{ id: 'tako/agent:1' }] });
  expect((await ask('/v1/models/tako%2Fagent%3A1')).status).toBe(200);
  expect((await ask('/v1/models/tako/agent:1')).status).toBe(200);
  expect((await ask('/v1/models/secret')).status).toBe(404);
  expect((await ask('/v1/models/secret', undefined, { authorization: `Bearer ${bobToken}` })).status).toBe(200);
  expect((await ask('/v1/models/%E0%A4%A')).status).toBe(400);
});

test('options in the id reach the function, up to their caps', async () => {
  const seen: unknown[] = [];
  const search = (options: object) => {
    seen.push(options);
    return scriptedProvider(() => [say('Hi')]);
  };
  const { ask } = await serving({ 'tako/ab-mcts': search }, { limits: { modelOptions: { calls: 64 } } });
  const status = async (model: string): Promise<number> =>
    (await ask('/v1/chat/completions', { ...hello, model })).status;
  expect(await status('tako/ab-mcts?calls=32')).toBe(200);
  expect(await status('tako/ab-mcts')).toBe(200);
  expect(seen).toEqual([{ calls: 32 }, {}]);
  for (const options of ['calls=65', 'calls=-1', 'calls=1e9', 'calls=', 'calls=1&calls=2', 'depth=1', '__proto__=1']) {
    expect(await status(`tako/ab-mcts?${options}`)).toBe(400);
  }
});

test.each<[ErrorCode, number]>([
  ['budget_exhausted', 429],
  ['rate_limited', 429],
  ['transport', 502],
  ['timeout', 504],
  ['circuit_open', 503],
  ['auth', 502],
])('a target that fails with %s before its first word is %i, streamed or not', async (code, status) => {
  const { ask, log } = await serving({ tako: scriptedProvider(() => [fail(code, 'vendor at 10.0.0.7')]) });
  for (const stream of [false, true]) {
    const response = await ask('/v1/chat/completions', { ...hello, stream });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.text()).not.toContain('10.0.0.7');
  }
  expect(log).toHaveLength(2);
  expect(log[1]).toMatchObject({ status, model: 'tako', tenantId: 'acme', detail: 'vendor at 10.0.0.7' });
});

test('a target that fails after its first word: one error frame, no end mark, no reason', async () => {
  const { ask, log } = await serving({ tako: scriptedProvider(() => [say('Hi'), fail('transport', 'gone')]) });
  const response = await ask('/v1/chat/completions', { ...hello, stream: true });
  expect(response.status).toBe(200);
  const frames = await framesOf(response);
  expect(JSON.parse(frames.at(-1)?.slice(6) ?? '')).toMatchObject({ error: { code: 'upstream_unreachable' } });
  expect(frames.join()).not.toMatch(/\[DONE\]|"finish_reason":"/);
  expect(log).toEqual([expect.objectContaining({ status: 200, error: 'upstream_unreachable' })]);
});

describe('without auth or tokens', () => {
  test('it does not start', async () => {
    await expect(serveOpenAI(target(), {})).rejects.toMatchObject({ code: 'invalid' });
    await expect(serveOpenAI(target(), { insecureDev: true, host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(
      serveOpenAI(target(), { tokens: [[adaToken, ada]], auth: { authenticate: async () => ada } }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  test('on loopback, told so, it takes a random token that is told once', async () => {
    const { ask, log } = await serving(target(), { insecureDev: true, tokens: undefined });
    const [, token = ''] = /takes the token (\S+)/.exec(log[0]?.message ?? '') ?? [];
    expect(token.length).toBeGreaterThan(30);
    expect((await ask('/v1/models', undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await ask('/v1/models', undefined, { authorization: 'Bearer dev-token' })).status).toBe(401);
    expect(log.filter(({ message }) => message?.includes(token))).toHaveLength(1);
  });
});
