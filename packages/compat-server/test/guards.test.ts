import { customTracer, type Span, type SpanKind, type TraceContext } from '@tako/core';
import { chunks, pause, say, scriptedProvider, usage } from '@tako/testing';
import { fastify } from 'fastify';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { openAIHandler, openAIServer, serveOpenAI, type RateLimitStore } from '../src/index.js';
import { ada, adaToken, bobToken, framesOf, serving } from './serving.js';

const hello = { model: 'tako', messages: [{ role: 'user', content: 'Hello' }] };
const target = () => ({ tako: scriptedProvider(() => [say('Hi')], { keepCalls: false }) });
const auth = { authenticate: async () => ada };

describe('pages in browsers', () => {
  const evil = { origin: 'https://evil.example' };

  test('are turned away on loopback, and get no permission', async () => {
    const { ask } = await serving(target());
    const response = await ask('/v1/models', undefined, evil);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  test('may call where their origin is named, and no other may', async () => {
    const { ask, url } = await serving(target(), { cors: { origins: ['https://app.example'] } });
    const good = await ask('/v1/models', undefined, { origin: 'https://app.example' });
    expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.example']);
    expect(good.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await ask('/v1/models', undefined, evil)).status).toBe(403);
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization, content-type, x-stainless-lang',
        },
      });
    const asked = await preflight('https://app.example');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toBe('authorization, content-type, x-stainless-lang');
    expect((await preflight('https://evil.example')).status).toBe(403);
  });
});

describe('limits', () => {
  test('of requests at a time, for each tenant and for all, are given back', async () => {
    const provider = scriptedProvider(({ messages }) =>
      JSON.stringify(messages).includes('wait') ? [say('Hi'), pause(Infinity)] : [say('Hi')],
    );
    const { ask } = await serving({ tako: provider }, { limits: { maxInFlightPerTenant: 2, maxInFlight: 3 } });
    const waiting = { model: 'tako', stream: true, messages: [{ role: 'user', content: 'wait' }] };
    const bob = { authorization: `Bearer ${bobToken}` };
    const open = [await ask('/v1/chat/completions', waiting), await ask('/v1/chat/completions', waiting)];
    const refused = await ask('/v1/chat/completions', hello);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await ask('/v1/chat/completions', hello, bob)).status).toBe(200);
    open.push(await ask('/v1/chat/completions', waiting, bob));
    expect((await ask('/v1/chat/completions', hello, bob)).status).toBe(503);
    expect((await ask('/v1/models')).status).toBe(200);
    for (const response of open) await response.body?.cancel();
    await vi.waitFor(async () => expect((await ask('/v1/chat/completions', hello)).status).toBe(200));
    for (let at = 0; at < 10; at++) expect((await ask('/v1/chat/completions', '{')).status).toBe(400);
  });

  test('of requests per minute are told, and hold for each caller', async () => {
    const { ask } = await serving(target(), { rateLimit: { requestsPerMinute: 2 } });
    const left = async (): Promise<(string | number | null)[]> => {
      const response = await ask('/v1/models');
      return [response.status, response.headers.get('x-ratelimit-remaining-requests')];
    };
    expect([await left(), await left(), await left()]).toEqual([
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ]);
    const refused = await ask('/v1/models');
    expect(refused.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+s$/);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await ask('/v1/models', undefined, { authorization: `Bearer ${bobToken}` })).status).toBe(200);
  });

  test('that cannot be checked let nobody in', async () => {
    const store: RateLimitStore = { hit: () => Promise.reject(new Error('redis://secret@10.0.0.7 is down')) };
    const { ask } = await serving(target(), { rateLimit: { requestsPerMinute: 2, store } });
    const response = await ask('/v1/models');
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('secret');
  });
});

describe('the end', () => {
  const slow = () => ({ tako: scriptedProvider(() => [chunks('abc', 3, 40)]) });
  const endless = () => ({ tako: scriptedProvider(() => [say('Hi'), pause(Infinity)]) });

  test('waits for runs that go on, and takes no more', async () => {
    const { ask, server, url } = await serving(slow());
    const running = await ask('/v1/chat/completions', { ...hello, stream: true });
    const closing = server.close({ drainMs: 5_000 });
    const ready = await ask('/readyz');
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await ask('/v1/chat/completions', hello)).status).toBe(503);
    expect((await framesOf(running)).at(-1)).toBe('data: [DONE]');
    await closing;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });

  test('tells those that take too long, without an end mark', async () => {
    const { ask, server, log } = await serving(endless());
    const running = await ask('/v1/chat/completions', { ...hello, stream: true });
    const whole = ask('/v1/chat/completions', hello);
    await vi.waitFor(async () => expect((await ask('/readyz')).status).toBe(200));
    await server.close({ drainMs: 50 });
    const frames = await framesOf(running);
    expect(JSON.parse(frames.at(-1)?.slice(6) ?? '')).toMatchObject({ error: { code: 'shutting_down' } });
    expect((await whole).status).toBe(503);
    expect(log.filter(({ error }) => error === 'shutting_down').length).toBe(2);
  });

  test('is one, however often it is asked for', async () => {
    const { server } = await serving(target());
    expect(server.close()).toBe(server.close());
    await server.close();
  });
});

test('another target is served without a stop', async () => {
  const { ask, server } = await serving({ tako: scriptedProvider(() => [chunks('abc', 2, 30)]) });
  const running = await ask('/v1/chat/completions', { ...hello, stream: true });
  server.setTarget({ other: scriptedProvider(() => [say('Hi')]) });
  expect((await ask('/v1/chat/completions', hello)).status).toBe(404);
  expect((await ask('/v1/chat/completions', { ...hello, model: 'other' })).status).toBe(200);
  expect((await framesOf(running)).at(-1)).toBe('data: [DONE]');
});

test('counters have a bounded set of labels, and are for callers that are known', async () => {
  const { ask } = await serving(
    { tako: scriptedProvider(() => [say('Hi'), usage({ inputTokens: 2, outputTokens: 1 })]) },
    { metrics: true },
  );
  await ask('/v1/chat/completions', hello);
  for (let at = 0; at < 20; at++) await ask('/v1/chat/completions', { ...hello, model: `m${at}`, user: `u${at}` });
  expect((await ask('/metrics', undefined, { authorization: '' })).status).toBe(401);
  const text = await (await ask('/metrics')).text();
  expect(text).toContain('tako_server_requests_total{route="chat",model="tako",status="200"} 1');
  expect(text).toContain('tako_server_requests_total{route="chat",model="",status="404"} 20');
  expect(text).toContain('tako_server_tokens_total{model="tako",direction="input"} 2');
  expect(text).not.toMatch(/m1|u1/);
  const off = await serving(target());
  expect((await off.ask('/metrics')).status).toBe(404);
});

function span(kind: SpanKind, end: (error: unknown) => void): Span {
  return { kind, set: () => undefined, event: () => undefined, end, run: (work) => work() };
}

test('a request is a span, of the trace that it says it belongs to, and the run’s parent', async () => {
  const started: { kind: SpanKind; attributes: unknown; parent: Span | undefined; ended?: unknown }[] = [];
  const contexts: TraceContext[] = [];
  const elsewhere = span('server_request', () => undefined);
  const tracer = customTracer({
    start(kind, _name, attributes, parent) {
      const entry: (typeof started)[number] = { kind, attributes, parent };
      started.push(entry);
      return span(kind, (error) => (entry.ended = error ?? 'well'));
    },
    remote(context) {
      contexts.push(context);
      return elsewhere;
    },
  });
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ tako: provider }, { tracer });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await ask('/v1/chat/completions', hello, { traceparent });
  for (const bad of [
    traceparent.toUpperCase(),
    `ff${traceparent.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    'x',
  ]) {
    await ask('/v1/chat/completions', hello, { traceparent: bad });
  }
  expect(contexts).toEqual([{ traceparent, tracestate: undefined }]);
  const requests = started.filter(({ kind }) => kind === 'server_request');
  expect(requests.map(({ parent }) => parent === elsewhere)).toEqual([true, false, false, false, false]);
  expect(started[0]).toMatchObject({ kind: 'server_request', attributes: { route: 'chat' }, ended: 'well' });
  expect(provider.calls[0]?.call.span).toBeDefined();
});

describe('the other forms', () => {
  test('a fastify plugin, below a prefix, beside other routes', async () => {
    const app = fastify();
    app.get('/mine', () => 'mine');
    await app.register(openAIServer(target(), { auth }), { prefix: '/ai' });
    onTestFinished(() => app.close());
    const url = await app.listen({ port: 0 });
    const headers = { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' };
    const ask = (body: object) =>
      fetch(`${url}/ai/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await ask(hello)).status).toBe(200);
    expect((await framesOf(await ask({ ...hello, stream: true }))).at(-1)).toBe('data: [DONE]');
    expect(await (await fetch(`${url}/mine`)).text()).toBe('mine');
    expect((await fetch(`${url}/ai/v1/models`)).status).toBe(401);
    expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(404);
  });

  test('a function of web requests', async () => {
    const handler = openAIHandler(target(), { auth });
    const ask = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
      handler(
        new Request('https://edge.example/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      );
    expect(await (await ask(hello)).json()).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });
    expect((await framesOf(await ask({ ...hello, stream: true }))).at(-1)).toBe('data: [DONE]');
    expect((await ask(hello, { authorization: '' })).status).toBe(401);
    expect((await ask(hello, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await handler(new Request('https://edge.example/healthz'))).status).toBe(200);
  });

  test('a function’s reader that leaves stops the run', async () => {
    const provider = scriptedProvider(() => [say('Hi'), pause(Infinity)]);
    const handler = openAIHandler({ tako: provider }, { auth });
    const response = await handler(
      new Request('https://edge.example/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...hello, stream: true }),
      }),
    );
    await response.body?.cancel();
    await vi.waitFor(() => expect(provider.calls[0]?.call.signal.aborted).toBe(true));
  });

  test('neither starts without auth', () => {
    for (const make of [openAIServer, openAIHandler]) {
      expect(() => make(target(), {})).toThrow(expect.objectContaining({ code: 'invalid' }));
    }
  });
});

test.each([
  { limits: { maxBodyBytes: 0 } },
  { keepAliveMs: Number.NaN },
  { rateLimit: { requestsPerMinute: 0 } },
  ...[['proxy.internal'], ['10.0.0.0/33'], ['10.0.0.0/8/8'], ['::1/0'], ['10.0.0.0/']].map((trustProxy) => ({
    trustProxy,
  })),
])('options that cannot work are refused: %j', async (options) => {
  await expect(serveOpenAI(target(), { auth, ...options })).rejects.toMatchObject({ code: 'invalid' });
});
