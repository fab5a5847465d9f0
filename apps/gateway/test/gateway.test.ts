import { createHmac } from 'node:crypto';
import { connect } from 'node:net';

import type { LogEntry } from '@tako/compat-server';
import { freePort } from '@tako/testing/loopback';
import { afterEach, describe, expect, test } from 'vitest';

import type { GatewayConfig } from '../src/config/gateway-config.js';
import { startGateway, type Gateway, type GatewayOptions } from '../src/gateway.js';
import { RunLog } from '../src/status/run-log.js';
import { haltingVendor, type HaltingVendor } from './halting-vendor.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const token = 'a-token-of-thirty-two-characters';
const base: GatewayConfig = {
  server: { port: 0, drainMs: 0 },
  auth: {
    chain: [
      {
        type: 'tokens',
        tokens: [
          { token, tenant: 'acme', user: 'ada', roles: ['staff'] },
          { token: `${token}-2`, tenant: 'other', user: 'bob' },
          { token: `${token}-3`, tenant: 'ops', user: 'eve', roles: ['operator'] },
        ],
      },
    ],
  },
  providers: { stand: { vendor: 'offline' } },
  models: { plain: { type: 'provider', provider: 'stand' } },
};

async function start(config: GatewayConfig, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway(config, {
    environment: {},
    runs: new RunLog(),
    nodeVersion: 'v24.22.1',
    note: () => undefined,
    log: () => undefined,
    ...options,
  });
  closers.push(() => gateway.close());
  return gateway;
}

function ask(gateway: Gateway, body: object, bearer = token): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], ...body }),
  });
}

async function vendor(): Promise<HaltingVendor> {
  const halting = await haltingVendor();
  closers.push(() => halting.close());
  return halting;
}

test('a model of the config answers whoever has a token, and nobody else', async () => {
  const gateway = await start(base);
  const answer = await ask(gateway, { model: 'plain' });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    choices: [{ message: { content: expect.stringContaining('You wrote: hello') } }],
  });
  expect((await ask(gateway, { model: 'plain' }, 'another-token-of-some-length')).status).toBe(401);
});

test('a model that wants a role does not exist for who lacks it', async () => {
  const gateway = await start({
    ...base,
    models: { plain: { type: 'provider', provider: 'stand', roles: ['staff'] } },
  });
  expect((await ask(gateway, { model: 'plain' })).status).toBe(200);
  expect((await ask(gateway, { model: 'plain' }, `${token}-2`)).status).toBe(404);
});

test('a cap on a tenant answers 429 that is not to be tried again, for that tenant alone', async () => {
  const price = { inputUsdPerMillion: 1_000_000, outputUsdPerMillion: 1_000_000 };
  const gateway = await start({
    ...base,
    providers: { stand: { vendor: 'offline', price } },
    budget: { maxUsdPerTenantPerDay: { acme: 1, other: 1_000_000 } },
  });
  const refused = await ask(gateway, { model: 'plain', max_tokens: 1_000 });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-should-retry')).toBe('false');
  expect(await refused.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
  expect((await ask(gateway, { model: 'plain', max_tokens: 1_000 }, `${token}-2`)).status).toBe(200);
});

test('a model whose provider is this very gateway is not asked in a circle', async () => {
  const port = await freePort();
  const self = { vendor: 'openai', model: 'loop', apiKey: token, baseUrl: `http://127.0.0.1:${port}/v1` } as const;
  const log: LogEntry[] = [];
  const gateway = await start(
    {
      ...base,
      server: { ...base.server, port },
      providers: { self: { ...self, retries: 0 } },
      models: { loop: { type: 'provider', provider: 'self' } },
    },
    { log: (entry) => log.push(entry) },
  );
  expect((await ask(gateway, { model: 'loop' })).status).toBe(502);
  expect(log).toMatchObject([{ status: 508, error: 'loop_detected' }, { status: 502 }]);
});

test('a JSON Web Token is one link of the chain, a search takes its calls from the id, up to its cap', async () => {
  const secret = 'a-shared-secret-of-thirty-two-bytes!';
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'https://idp.example',
    aud: 'tako',
    sub: 'ada',
    tenant_id: 'acme',
    exp: Date.now() / 1_000 + 60,
  };
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`;
  const jwt = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  const gateway = await start(
    {
      ...base,
      auth: {
        chain: [
          { type: 'jwt', issuer: 'https://idp.example', audience: 'tako', algorithm: 'HS256', key: '$ENV:SECRET' },
          ...(base.auth?.chain ?? []),
        ],
      },
      models: {
        search: {
          type: 'ab_mcts',
          generators: { a: 'stand' },
          verifier: { type: 'llm_judge', provider: 'stand' },
          maxCalls: 4,
          maxIterations: 1,
        },
        larger: {
          type: 'ab_mcts',
          generators: { a: 'stand' },
          verifier: { type: 'length_between', minCharacters: 1 },
          maxCalls: 9,
        },
      },
    },
    { environment: { SECRET: secret } },
  );
  for (const bearer of [jwt, token]) {
    // The stand-in is no judge: there is an answer, and no verdict.
    expect((await ask(gateway, { model: 'search?calls=2' }, bearer)).status).toBe(502);
    const more = await ask(gateway, { model: 'search?calls=5' }, bearer);
    expect([more.status, await more.json()]).toMatchObject([400, { error: { param: 'model' } }]);
    expect((await ask(gateway, { model: 'larger?calls=9' }, bearer)).status).toBe(200);
    expect((await ask(gateway, { model: 'larger?calls=10' }, bearer)).status).toBe(400);
  }
  expect((await ask(gateway, { model: 'search' }, `${jwt}x`)).status).toBe(401);
});

describe('the status page', () => {
  const open = (gateway: Gateway, authorization?: string): Promise<Response> =>
    fetch(`${gateway.url}/`, authorization === undefined ? {} : { headers: { authorization } });
  const basic = (password: string): string => `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;

  test('wants a token, as a bearer or as the password of a browser', async () => {
    const gateway = await start(base);
    const refused = await open(gateway);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')]);
    expect((await open(gateway, basic('wrong-password-of-some-length'))).status).toBe(401);
    expect((await open(gateway, basic(token))).status).toBe(200);
    expect((await open(gateway, `Bearer ${token}`)).status).toBe(200);
  });

  test('shows a tenant its own runs, and an operator all of them; nobody what was said', async () => {
    const gateway = await start({ ...base, budget: { maxUsdPerDay: 10 } });
    await ask(gateway, { model: 'plain' });
    const pages = await Promise.all(
      ['', '-2', '-3'].map(async (end) => (await open(gateway, basic(`${token}${end}`))).text()),
    );
    expect(pages.map((page) => page.includes('acme / ada'))).toEqual([true, false, true]);
    for (const page of pages) expect(page).not.toContain('hello');
  });
});

describe('what is no request', () => {
  const send = async (gateway: Gateway, text: string): Promise<string> => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(text.replaceAll('\n', '\r\n'));
    let answer = '';
    for await (const piece of socket) answer += String(piece);
    return answer;
  };

  test('is answered as clients of OpenAI know it, and the connection ends', async () => {
    const gateway = await start(base);
    const answer = await send(gateway, 'GET /v1/models HTTP/1.1\nHost: a\nContent-Length: 5, 5\n\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*connection: close[^]*"code":"invalid_request"/);
  });

  test('nobody is told to go on with a body before it is known who sends it', async () => {
    const gateway = await start(base);
    const head =
      'POST /v1/chat/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 9\n';
    const answer = await send(gateway, `${head}Expect: 100-continue\nConnection: close\n\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('a method or a path that has no route is told in the same shape, and in the log', async () => {
    const entries: LogEntry[] = [];
    const gateway = await start(base, { log: (entry) => void entries.push(entry) });
    const ends = `Host: localhost\nConnection: close\nAuthorization: Bearer ${token}\n\n`;
    const told = /^HTTP\/1\.1 (\d+)[^]*"code":"(\w+)"/;
    for (const [line, status, code] of [
      ['PROPFIND /v1/models', 404, 'unknown_url'],
      ['GET /v1/models/%zz', 400, 'invalid_url'],
      ['GET /%', 400, 'invalid_url'],
    ] as const) {
      const answer = await send(gateway, `${line} HTTP/1.1\n${ends}`);
      expect(told.exec(answer)?.slice(1), line).toEqual([String(status), code]);
      expect(answer).toContain('x-request-id: req_');
      expect(entries.at(-1)).toMatchObject({ event: 'request', status, error: code });
    }
    expect(entries).toHaveLength(3);
  });

  test('a name that was made to point to this machine is not its own', async () => {
    const gateway = await start(base);
    const answer = await send(gateway, 'GET /v1/models HTTP/1.1\nHost: attacker.example\nConnection: close\n\n');
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
  });
});

describe('while it runs', () => {
  test('another config is served from the reload on, and a stream under way ends as it began', async () => {
    const halting = await vendor();
    const slow: GatewayConfig = {
      ...base,
      providers: { slow: { vendor: 'openai', model: 'm', apiKey: 'k', baseUrl: halting.url } },
      models: { slow: { type: 'provider', provider: 'slow' } },
    };
    const gateway = await start(slow);
    const streaming = (await ask(gateway, { model: 'slow', stream: true })).text();
    await halting.asked(1);
    await gateway.reload(base);
    expect((await ask(gateway, { model: 'plain' })).status).toBe(200);
    expect((await ask(gateway, { model: 'slow' })).status).toBe(404);
    halting.letGo();
    const text = await streaming;
    expect(text).toContain('after');
    expect(text).toContain('[DONE]');
  });

  test('what was spent, and responses that clients chain to, outlive a reload', async () => {
    const price = { inputUsdPerMillion: 1_000, outputUsdPerMillion: 1_000 };
    const paid: GatewayConfig = {
      ...base,
      providers: { stand: { vendor: 'offline', price } },
      budget: { maxUsdPerDay: 100 },
    };
    const gateway = await start(paid);
    const respond = (body: object): Promise<Response> =>
      fetch(`${gateway.url}/v1/responses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'plain', input: 'hello', max_output_tokens: 500, ...body }),
      });
    const { id }: { id?: string } = Object(await (await respond({})).json());
    await gateway.reload({ ...paid, budget: { maxUsdPerDay: 0.001 } });
    const refused = await respond({ previous_response_id: id });
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'insufficient_quota' } }]);
    await gateway.reload(paid);
    expect((await respond({ previous_response_id: id })).status).toBe(200);
    const page = await fetch(gateway.url, { headers: { authorization: `Bearer ${token}` } });
    expect(await page.text()).toMatch(/\$0\.0[1-9]/);
  });

  test('no request is lost while configs come and go', async () => {
    const notes: string[] = [];
    const gateway = await start(base, { note: (line) => notes.push(line) });
    const over = new AbortController();
    const asking = Array.from({ length: 8 }, async () => {
      const statuses = new Set<number>();
      while (!over.signal.aborted) statuses.add((await ask(gateway, { model: 'plain', stream: true })).status);
      return [...statuses];
    });
    for (let time = 0; time < 20; time++) await gateway.reload({ ...base, server: { port: time, drainMs: 0 } });
    over.abort();
    expect(await Promise.all(asking)).toEqual(Array.from({ length: 8 }, () => [200]));
    expect(notes).toContain('server.port: it changes at the next start');
  });

  test('a config that cannot be served leaves the one of before', async () => {
    const gateway = await start(base);
    const next: GatewayConfig = {
      ...base,
      auth: { chain: [{ type: 'tokens', tokens: [{ token: '$ENV:NOT_SET', tenant: 't', user: 'u' }] }] },
    };
    await expect(gateway.reload(next)).rejects.toThrow('NOT_SET');
    expect((await ask(gateway, { model: 'plain' })).status).toBe(200);
  });

  test('closing lets a stream end, and says that it is not ready', async () => {
    const halting = await vendor();
    const gateway = await start({
      ...base,
      server: { port: 0, drainMs: 10_000 },
      providers: { slow: { vendor: 'openai', model: 'm', apiKey: 'k', baseUrl: halting.url } },
      models: { slow: { type: 'provider', provider: 'slow' } },
    });
    const streaming = (await ask(gateway, { model: 'slow', stream: true })).text();
    await halting.asked(1);
    const closing = gateway.close();
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
    const late = await ask(gateway, { model: 'slow' });
    expect([late.status, await late.json()]).toMatchObject([503, { error: { code: 'shutting_down' } }]);
    halting.letGo();
    expect(await streaming).toContain('[DONE]');
    await closing;
    await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow('fetch failed');
  });
});

describe('health on a port of its own', () => {
  test('is answered there and nothing else is, until everything is drained', async () => {
    const halting = await vendor();
    const server = { port: 0, drainMs: 10_000, health: { port: 0 } };
    const gateway = await start({ ...base, server });
    const status = async (path: string, init: RequestInit = {}): Promise<number> =>
      (await fetch(`${gateway.healthUrl}${path}`, init)).status;
    const headers = { authorization: `Bearer ${token}` };
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
    for (const path of ['/', '/v1/models', '/metrics', '/healthz/', '/readyz?x'])
      expect(await status(path, { headers }), path).toBe(404);
    expect(await status('/v1/chat/completions', { method: 'POST', headers, body: '{}' })).toBe(404);

    await gateway.reload({
      ...base,
      server,
      providers: { slow: { vendor: 'openai', model: 'm', apiKey: 'k', baseUrl: halting.url } },
      models: { slow: { type: 'provider', provider: 'slow' } },
    });
    const streaming = (await ask(gateway, { model: 'slow', stream: true })).text();
    await halting.asked(1);
    const closing = gateway.close();
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
    halting.letGo();
    expect(await streaming).toContain('[DONE]');
    await closing;
    await expect(status('/healthz')).rejects.toThrow('fetch failed');
  });

  test('a port that is taken is said by its setting, and nothing goes on listening', async () => {
    const first = await start({ ...base, server: { port: 0, health: { port: 0 } } });
    const port = await freePort();
    const health = { port: Number(new URL(first.healthUrl ?? '').port) };
    await expect(start({ ...base, server: { port, health } })).rejects.toThrow('server.health.port: 0 takes one');
    await start({ ...base, server: { port } });
  });
});

test.each<[string, GatewayConfig, string]>([
  ['without auth', { ...base, auth: undefined }, 'insecureDev'],
  [
    'without auth and not on loopback',
    { ...base, auth: undefined, server: { insecureDev: true, host: '0.0.0.0' } },
    'loopback',
  ],
])('it does not start %s', async (_, config, words) => {
  await expect(start(config)).rejects.toThrow(words);
});
