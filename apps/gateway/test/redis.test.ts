import { freePort, hasRedis, redisServer, type RedisServer } from '@tako/testing/loopback';
import { expect, onTestFinished, test } from 'vitest';

import type { GatewayConfig } from '../src/config/gateway-config.js';
import { startGateway, type Gateway } from '../src/gateway.js';
import { RunLog } from '../src/status/run-log.js';

const token = 'a-token-of-thirty-two-characters';

function config(port: number, more: Partial<GatewayConfig> = {}): GatewayConfig {
  return {
    server: { port: 0, drainMs: 0 },
    auth: { chain: [{ type: 'tokens', tokens: [{ token, tenant: 'acme', user: 'ada' }] }] },
    providers: { stand: { vendor: 'offline', price: { inputUsdPerMillion: 1_000, outputUsdPerMillion: 1_000 } } },
    models: { plain: { type: 'provider', provider: 'stand' } },
    redis: { url: '$ENV:REDIS_URL' },
    ...more,
  };
}

async function gateway(port: number, more: Partial<GatewayConfig>, notes: string[] = []): Promise<Gateway> {
  const started = await startGateway(config(port, more), {
    environment: { REDIS_URL: `redis://127.0.0.1:${port}` },
    runs: new RunLog(),
    nodeVersion: 'v24.22.1',
    note: (line) => notes.push(line),
    log: () => undefined,
  });
  onTestFinished(() => started.close());
  return started;
}

function respond({ url }: Gateway, body: object = {}): Promise<Response> {
  return fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'plain', input: 'hello', max_output_tokens: 500, ...body }),
  });
}

/** A Redis until the test ends. */
async function redis(at?: number): Promise<RedisServer> {
  const server = await redisServer(at);
  onTestFinished(() => server.stop());
  return server;
}

test.skipIf(!hasRedis())('two gateways on one Redis are one: responses, budgets and request counts', async () => {
  const { port } = await redis();
  const shared: Partial<GatewayConfig> = {
    server: { port: 0, drainMs: 0, requestsPerMinute: 4 },
    budget: { maxUsdPerDay: 0.9 },
  };
  const [one, other] = [await gateway(port, shared), await gateway(port, shared)];
  const first = await respond(one);
  expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('3');
  const { id }: { id?: string } = Object(await first.json());
  const second = await respond(other, { previous_response_id: id });
  expect([second.status, second.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '2']);
  // A third worst case of half a dollar does not fit with what both have spent.
  const refused = await respond(one, { max_output_tokens: 890 });
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'insufficient_quota' } }]);
  await respond(other);
  const limited = await respond(one);
  expect([limited.status, await limited.json()]).toMatchObject([429, { error: { code: 'rate_limit_exceeded' } }]);
});

test.skipIf(!hasRedis())(
  'a Redis that goes away is 503 at once, and its return needs nobody',
  async () => {
    const server = await redis();
    const { port } = server;
    const notes: string[] = [];
    const limited: Partial<GatewayConfig> = {
      server: { port: 0, drainMs: 0, requestsPerMinute: 100 },
      budget: { maxUsdPerDay: 9 },
    };
    const one = await gateway(port, limited, notes);
    expect((await respond(one)).status).toBe(200);
    await server.stop();
    expect((await respond(one)).status).toBe(503);
    expect(notes).toEqual(['Redis is away']);
    const page = await fetch(one.url, { headers: { authorization: `Bearer ${token}` } });
    expect(await page.text()).toContain('It cannot be found out now: Redis is away.');
    await redis(port);
    await expect.poll(() => notes, { timeout: 5_000 }).toEqual(['Redis is away', 'Redis is back']);
    expect((await respond(one)).status).toBe(200);
  },
  15_000,
);

test('a Redis that is not there at the start is named', async () => {
  await expect(gateway(0, { redis: { url: 'http://127.0.0.1' } })).rejects.toThrow('redis.url: it must be an address');
  await expect(gateway(await freePort(), {})).rejects.toThrow('redis.url: nothing that speaks Redis answers there');
});
