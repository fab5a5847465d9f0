import { Budget, memoryBudgetStore } from '@tako/budget';
import { customProvider, TakoError, tool, type BudgetStore, type Clock, type Provider } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { openai } from '@tako/provider-openai/fetch';
import { callTool, fakeClock, pause, say, scriptedProvider, usage } from '@tako/testing';
import { expect } from 'vitest';

import { adaToken, hello, oneModel, serving } from '../serving.js';
import { fault } from './fault.js';
import { behind, whole } from './vendor.js';

const chat = '/v1/chat/completions';
const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };

fault('36a', 'a reader that stands still', async () => {
  let told = 0;
  const flood = customProvider({
    id: 'test:flood',
    async *stream() {
      for (;;) {
        told++;
        yield 'x'.repeat(1_000);
      }
    },
  });
  const { ask, log } = await serving({ tako: flood }, { limits: { writeTimeoutMs: 300 } });
  const response = await ask(chat, { ...hello, stream: true });
  await expect.poll(() => log.length, { timeout: 10_000 }).toBe(1);
  expect(log[0]).toMatchObject({ status: 499 });
  // What the two sockets hold, and no more: an endless run would have told gigabytes by now.
  expect(told).toBeLessThan(20_000);
  await response.body?.cancel().catch(() => undefined);
});

fault('63a', 'a hundred requests at once, and money for ten', async () => {
  const one = scriptedProvider(() => [say('Hi'), usage({ inputTokens: 0, outputTokens: 100 }), pause(20)], {
    keepCalls: false,
    price: { inputUsdPerMillion: 0, outputUsdPerMillion: 1 },
  });
  const budget = new Budget({ maxUsdPerDay: 0.001, countInputTokens: () => 0 });
  const { ask } = await serving({ tako: budget.layer(one) }, { limits: { maxInFlightPerTenant: 200 } });
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(chat, { ...hello, max_tokens: 100 })));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(10);
  expect(refused.length).toBeGreaterThanOrEqual(90);
  expect(refused[0]?.headers.get('x-should-retry')).toBe('false');
  expect(await refused[0]?.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
  expect((await budget.usage()).spentUsd).toBeLessThanOrEqual(0.001);
});

fault('64a', 'a store of budgets that is away', async () => {
  const away = (): Promise<never> => Promise.reject(new TakoError('transport', 'redis://secret@10.0.0.7 is away'));
  const store: BudgetStore = { reserve: away, settle: away, release: away, balance: away } as BudgetStore; // it does nothing else
  let asked = 0;
  const model: Provider = { ...scriptedProvider(() => [say(`${asked++}`)]), price };
  const { ask } = await serving({ tako: new Budget({ maxUsdPerDay: 1, store }).layer(model) });
  const answer = await ask(chat, hello);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await answer.text()).not.toMatch(/secret|10\.0\.0/);
  expect(asked).toBe(0);
});

fault('64b', 'a model without a price, where money is limited', async () => {
  const model = scriptedProvider([[say('Hi')]]);
  const { ask, log } = await serving({ tako: new Budget({ maxUsdPerDay: 1 }).layer(model) });
  expect((await ask(chat, hello)).status).toBe(500);
  expect(log[0]?.detail).toContain('the price of');
});

fault('64c', 'a store of budgets that hangs until the client has left', async () => {
  const inner = memoryBudgetStore();
  let goOn: (() => void) | undefined;
  const store: BudgetStore = {
    ...inner,
    async reserve(...given) {
      await new Promise<void>((resolve) => (goOn = resolve));
      return inner.reserve(...given);
    },
  };
  const budget = new Budget({ maxUsdPerDay: 1, store });
  const provider = scriptedProvider([]);
  const { url, log } = await serving({ tako: budget.layer({ ...provider, price }) });
  for (const stream of [true, false]) {
    goOn = undefined;
    const gone = new AbortController();
    const asking = fetch(`${url}${chat}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...hello, stream }),
      signal: gone.signal,
    });
    await expect.poll(() => goOn !== undefined).toBe(true);
    gone.abort(new Error('gone'));
    await expect(asking).rejects.toThrow('gone');
    await expect.poll(() => log.length).toBe(stream ? 1 : 2);
    expect(log.at(-1)?.status).toBe(499);
    (goOn as unknown as () => void)(); // the poll saw it
    await expect.poll(() => budget.usage()).toMatchObject({ reservedTokens: 0, spentTokens: 0 });
  }
  expect(provider.requests).toHaveLength(0);
});

fault('65a', 'a thousand faults of every kind, one after another', async () => {
  const { ask, question, settled, budget } = await behind((response, _isStream, request) => {
    const at = Number(request.headers['content-length']) % 3;
    if (at === 0) response.writeHead(500).end();
    else if (at === 1) response.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(whole({ content: 'x' }));
  });
  let requests = 0;
  for (let round = 0; round < 40; round++) {
    const all = await Promise.all([
      ...Array.from({ length: 20 }, (_, at) =>
        ask(chat, { ...hello, messages: [{ role: 'user', content: 'x'.repeat(at) }] }),
      ),
      ask(chat, '{'),
      ask(chat, { ...hello, model: 'unknown' }),
      question('agent', false),
      question('agent', true),
      ask(chat, { ...hello, n: 2 }),
    ]);
    requests += all.length;
    for (const answer of all) await answer.arrayBuffer();
  }
  expect(requests).toBe(1_000);
  await settled(requests);
  expect((await budget.usage()).reservedUsd).toBe(0);
  const metrics = await serving(oneModel(), { metrics: true });
  expect(await (await metrics.ask('/metrics')).text()).toContain('tako_server_in_flight 0');
});

fault('80a', 'a model whose vendor is this very server', async () => {
  const targets = new Map<string, Provider>();
  const { ask, url, log, server } = await serving(oneModel(), { limits: { maxInFlightPerTenant: 8 } });
  targets.set('loop', openai({ model: 'loop', apiKey: adaToken, baseUrl: `${url}/v1` }));
  server.setTarget(targets);
  expect((await ask(chat, { ...hello, model: 'loop' })).status).toBe(429);
  await expect.poll(() => log.length, { timeout: 10_000 }).toBe(9);
});

fault('80b', 'the same where the requests to vendors are marked', async () => {
  const hopId = 'this-very-server';
  const { ask, url, log, server } = await serving(oneModel(), { hopId });
  const baseUrl = `${url}/v1`;
  server.setTarget({ loop: openai({ model: 'loop', apiKey: adaToken, baseUrl, headers: { 'x-tako-hop': hopId } }) });
  expect((await ask(chat, { ...hello, model: 'loop' })).status).toBe(502);
  await expect.poll(() => log.length).toBe(2);
  expect(log).toMatchObject([{ status: 508, error: 'loop_detected' }, { status: 502 }]);
});

fault('81a', 'an agent that asks itself, through the server', async () => {
  const { ask, url, log, server } = await serving(oneModel(), { limits: { maxInFlightPerTenant: 8 } });
  const me = tool({
    name: 'ask_me',
    execute: async () => {
      const answer = await fetch(`${url}${chat}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...hello, model: 'self' }),
      });
      return `${answer.status}`;
    },
  });
  const provider = scriptedProvider(
    ({ messages }) => (messages.some(({ role }) => role === 'tool') ? [say('enough')] : [callTool('ask_me', {})]),
    { keepCalls: false },
  );
  server.setTarget({ self: new SingleAgent({ provider, tools: [me] }) });
  expect((await ask(chat, { ...hello, model: 'self' })).status).toBe(200);
  await expect.poll(() => log.length, { timeout: 10_000 }).toBe(9);
  expect(log.filter(({ status }) => status === 429)).toHaveLength(1);
});

fault('79a', 'one idempotency key, twice', async () => {
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ tako: provider });
  const key = { 'idempotency-key': 'k1' };
  const answers = await Promise.all([1, 2].map(() => ask(chat, hello, key)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await ask(chat, { ...hello, temperature: 0 }, key)).status).toBe(409);
  expect(provider.calls).toHaveLength(1);
});

fault('66a', 'a tenant in a header or in the body', async () => {
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask, log } = await serving({ tako: provider });
  const headers = {
    'openai-organization': 'bolt',
    'x-openwebui-user-id': 'bob',
    baggage: 'tenant=bolt',
    tracestate: 't=bolt',
  };
  await ask(chat, { ...hello, user: 'bob', metadata: { tenant: 'bolt' } }, headers);
  expect(provider.calls[0]?.call.principal).toMatchObject({ tenantId: 'acme', userId: 'ada' });
  expect(log[0]).toMatchObject({ tenantId: 'acme', userId: 'ada' });
});

fault('67b', 'a count or a wait that can be none, a clock that is set back', async () => {
  const odd = { hit: () => Promise.resolve({ count: Number.NaN, resetMs: Number.NaN }) };
  const { ask } = await serving(oneModel(), { rateLimit: { requestsPerMinute: 2, store: odd } });
  const told = await ask('/v1/models');
  expect(told.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  expect(told.headers.get('x-ratelimit-reset-requests')).toBe('1s');

  const clock = fakeClock();
  const back: Clock = { now: () => clock.now() - offsetMs, after: (ms, run) => clock.after(ms, run) };
  let offsetMs = 0;
  const later = await serving(oneModel(), { rateLimit: { requestsPerMinute: 2 }, clock: back });
  for (let at = 0; at < 3; at++) await later.ask('/v1/models');
  expect((await later.ask('/v1/models')).status).toBe(429);
  offsetMs = 86_400_000;
  const afterwards = await later.ask('/v1/models');
  expect([afterwards.status, afterwards.headers.get('x-ratelimit-reset-requests')]).toEqual([200, '60s']);
});

fault('67a', 'a limit that is passed', async () => {
  const { ask } = await serving(oneModel(), { rateLimit: { requestsPerMinute: 2 } });
  for (let at = 0; at < 2; at++) expect((await ask('/v1/models')).status).toBe(200);
  const refused = await ask('/v1/models');
  expect(refused.status).toBe(429);
  const header = (name: string): string => refused.headers.get(name) ?? '';
  expect(Number(header('retry-after'))).toBeLessThanOrEqual(60);
  expect(header('x-ratelimit-remaining-requests')).toBe('0');
  expect(header('x-ratelimit-reset-requests')).toMatch(/^\d+s$/);
});
