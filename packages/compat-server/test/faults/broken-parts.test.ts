import { customTracer, type Provider, type Span } from '@tako/core';
import { fail, say, scriptedProvider } from '@tako/testing';
import { expect, vi } from 'vitest';

import { jsonLines, openAIHandler, type ServeOpenAIOptions, type ServeTarget } from '../../src/index.js';
import { ada, adaToken, hello, oneModel, serving } from '../serving.js';
import { fault } from './fault.js';

const chat = '/v1/chat/completions';
const secret = 'sk-proj-0123456789abcdefghijklmnop';
const breaks = (): never => {
  throw new Error(`no luck with ${secret} at 10.0.0.7`);
};

/** A server whose places in flight can be counted. */
async function counted(target: ServeTarget, options: ServeOpenAIOptions = {}) {
  const served = await serving(target, { metrics: true, ...options });
  const inFlight = async (): Promise<string | undefined> =>
    /tako_server_in_flight (\d+)/.exec(await (await served.ask('/metrics')).text())?.[1];
  return { ...served, inFlight };
}

/** What is told of a failure that is nobody's but ours. */
async function expectOwnFailure(answer: Response): Promise<void> {
  expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  const told = await answer.text();
  expect(told).not.toMatch(/sk-|10\.0\.0\.7|\n\s+at /);
  expect(JSON.parse(told)).toMatchObject({ error: { message: expect.any(String), type: 'server_error' } });
}

/** Says its first word when it is told to, and hears nobody. */
function deafProvider() {
  let begun = 0;
  let speak = (): void => undefined;
  const told = new Promise<void>((resolve) => (speak = resolve));
  const provider: Provider = {
    ...scriptedProvider([]),
    async *stream() {
      begun++;
      await told;
      yield { type: 'text_delta', index: 0, text: 'Hi' };
      yield { type: 'finish', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 1 } };
    },
  };
  return { provider, begun: () => begun, speak };
}

fault('35c', 'a client that leaves before the first word of a model that does not listen', async () => {
  for (const path of [chat, '/v1/responses']) {
    const { provider, begun, speak } = deafProvider();
    const { url, log, inFlight } = await counted({ tako: provider });
    const gone = new AbortController();
    const asking = fetch(url + path, {
      method: 'POST',
      signal: gone.signal,
      headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(path === chat ? { ...hello, stream: true } : { model: 'tako', input: 'Hi', stream: true }),
    });
    await vi.waitFor(() => expect(begun()).toBe(1));
    gone.abort();
    await expect(asking).rejects.toThrow('aborted');
    await vi.waitFor(async () => expect(await inFlight()).toBe('1'));
    speak();
    await vi.waitFor(async () => expect(await inFlight()).toBe('0'));
    expect(log.filter((entry) => entry.path === path)).toMatchObject([{ status: 499 }]);
  }
});

fault('35d', 'the same, of the function of web requests', async () => {
  const { provider, begun, speak } = deafProvider();
  const log: unknown[] = [];
  const auth = { authenticate: async () => ada };
  const handler = openAIHandler({ tako: provider }, { auth, logger: (entry) => log.push(entry) });
  const gone = new AbortController();
  const asking = handler(
    new Request(`https://edge.example${chat}`, {
      method: 'POST',
      signal: gone.signal,
      headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...hello, stream: true }),
    }),
  );
  await vi.waitFor(() => expect(begun()).toBe(1));
  gone.abort();
  speak();
  await asking;
  await vi.waitFor(() => expect(log).toMatchObject([{ status: 499 }]));
});

fault('72b', 'a log that cannot be written', async () => {
  const { ask, inFlight } = await counted(oneModel(), { logger: breaks });
  for (const stream of [false, true]) {
    const answer = await ask(chat, { ...hello, stream });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"Hi"')]);
  }
  expect((await ask(chat, '{')).status).toBe(400);
  expect(await inFlight()).toBe('0');
});

fault('72c', 'the same in what an identity provider or a vendor says', async () => {
  const lines: string[] = [];
  const evil = '\n{"level":"fatal"}\u001b[31m\u202e\u2028\u0000\u061c\u{e0041}\ufff9\ud800';
  const { ask } = await serving(
    { tako: scriptedProvider(() => [fail('transport', evil)]) },
    {
      logger: jsonLines((line) => lines.push(line)),
      auth: { authenticate: async () => ({ tenantId: `acme${evil}`, userId: evil, roles: [] }) },
    },
  );
  expect((await ask(chat, hello)).status).toBe(502);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[\u0020-\u007e]+$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', tenantId: `acme${evil}`, userId: evil });
});

fault('73b', 'a tracer that breaks', async () => {
  const whole: Span = {
    kind: 'run',
    set: () => undefined,
    event: () => undefined,
    end: () => undefined,
    run: (work) => work(),
  };
  const broken: Span = { ...whole, set: breaks, event: breaks, end: breaks };
  const ofRequests = [breaks, () => broken].map((start) =>
    customTracer({ start: (kind) => (kind === 'server_request' ? start() : whole) }),
  );
  for (const tracer of ofRequests) {
    const { ask, log, inFlight } = await counted(oneModel(), { tracer });
    expect((await ask(chat, hello)).status).toBe(200);
    expect(await (await ask(chat, { ...hello, stream: true })).text()).toContain('[DONE]');
    expect(await inFlight()).toBe('0');
    expect(log.filter(({ path }) => path === chat)).toHaveLength(2);
  }
  let isBroken = true;
  const { ask, inFlight } = await counted(oneModel(), {
    tracer: customTracer({ start: () => (isBroken ? breaks() : whole) }),
  });
  for (const stream of [false, true]) await expectOwnFailure(await ask(chat, { ...hello, stream }));
  isBroken = false;
  expect(await inFlight()).toBe('0');
});

fault('74b', 'a failure that is no error, or cannot be read', async () => {
  const thrown: readonly unknown[] = [
    secret,
    undefined,
    null,
    7,
    Object.create(null),
    Object.assign(new Error('x'), { message: Symbol(secret) }),
    Object.defineProperty(new Error('x'), 'message', { get: breaks }),
    new Proxy({}, { get: breaks, has: breaks, getPrototypeOf: breaks }),
    { tako: 1, code: 'auth', message: secret },
  ];
  for (const error of thrown) {
    const provider: Provider = {
      ...scriptedProvider([]),
      async *stream() {
        yield* [];
        throw error;
      },
    };
    const authless = { auth: { authenticate: () => Promise.reject(error) } };
    const target = await counted({ tako: provider });
    const auth = await counted({ tako: scriptedProvider(() => [say('Hi')]) }, authless);
    for (const stream of [false, true]) {
      for (const { ask } of [target, auth]) {
        const answer = await ask(chat, { ...hello, stream });
        expect(answer.status).toBeGreaterThanOrEqual(500);
        await expectOwnFailure(answer);
      }
    }
    expect(await target.inFlight()).toBe('0');
    expect(JSON.stringify([target.log, auth.log])).not.toContain(secret);
  }
});
