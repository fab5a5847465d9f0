import { call, Secret } from '@tako/core';
import { runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test } from 'vitest';

import { McpHttp } from '../src/index.js';
import { HttpServer, json } from './http-server.js';
import { inCall, started } from './started.js';

test('headers are asked for each request, and do not show in errors', async () => {
  let asked = 0;
  const { server, client } = await started(
    inCall((_seen, response) => json(response, { message: 'bad token hunter2-hunter2-3' }, {}, 403)),
    {
      headers: () => {
        asked++;
        return { authorization: new Secret(`hunter2-hunter2-${asked}`), 'x-fixed': 'yes' };
      },
      protocolVersion: '2025-11-25',
    },
  );
  const tools = await client.tools(call());
  const error: unknown = await runTool(tools, 'echo').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'permission', status: 403, retryable: false });
  expect(JSON.stringify(error)).not.toContain('hunter2');
  expect(error).not.toHaveProperty('cause');
  const sent = server.seen.map(({ headers }) => headers.authorization);
  expect(new Set(sent).size).toBe(sent.length);
  expect(server.seen.every(({ headers }) => headers['x-fixed'] === 'yes')).toBe(true);
});

test('a header function that fails says why, and nothing is sent', async () => {
  const { server, client } = await started(undefined, { headers: () => Promise.reject(new Error('vault is down')) });
  await expect(client.tools(call())).rejects.toThrow('vault is down');
  expect(server.seen).toEqual([]);
});

test('credentials never cross an origin: a redirect to another one is refused', async () => {
  const other = new HttpServer();
  await other.listen();
  const { server, client } = await started(
    (_seen, response) => {
      response.writeHead(307, { location: other.url }).end();
      return true;
    },
    { headers: { authorization: 'Bearer hunter2' } },
  );
  await expect(client.tools(call())).rejects.toMatchObject({ code: expect.any(String) as unknown });
  expect(server.seen.length).toBeGreaterThan(0);
  expect(other.seen).toEqual([]);
});

test('a redirect within the origin is followed, with the headers', async () => {
  const { server, client } = await started(
    ({ path }, response) => {
      if (path !== '/mcp') return false;
      response.writeHead(307, { location: '/new' }).end();
      return true;
    },
    { headers: { authorization: 'Bearer hunter2' } },
  );
  expect(await client.tools(call())).toHaveLength(1);
  expect(server.seen.findLast(({ path }) => path === '/new')?.headers.authorization).toBe('Bearer hunter2');
});

test.each([
  [401, 'auth'],
  [403, 'permission'],
  [429, 'rate_limited'],
  [500, 'provider'],
  [503, 'overloaded'],
] as const)('an answer %i to a call is %s', async (status, code) => {
  const { client } = await started(
    inCall((_seen, response) => {
      response.writeHead(status).end('no');
      return true;
    }),
  );
  await expect(runTool(await client.tools(call()), 'echo')).rejects.toMatchObject({ code, status });
});

test('nobody there is a transport error, asked for once', async () => {
  const server = new HttpServer();
  const url = await server.listen();
  await server.stop();
  let sent = 0;
  const client = new McpHttp({
    url,
    fetch: (...request) => {
      sent++;
      return fetch(...request);
    },
  });
  onTestFinished(() => client.close());
  await expect(client.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('check the base URL') as unknown,
  });
  expect(sent).toBe(1);
});

test('wrong options throw', () => {
  const wrong = (options: object): unknown => {
    try {
      return new McpHttp({ url: 'http://127.0.0.1/mcp', ...options });
    } catch (error) {
      return error;
    }
  };
  for (const options of [
    { url: 'not an address' },
    { url: 'ws://127.0.0.1/mcp' },
    { url: 'http://user:pass@127.0.0.1/mcp' },
    { maxMessageBytes: 0 },
    { graceMs: Number.NaN },
    { callIdleTimeoutMs: 0 },
    { reconnectAttempts: -1 },
  ]) {
    expect(wrong(options)).toMatchObject({ code: 'invalid' });
  }
  expect(new McpHttp({ url: 'https://mcp.example/mcp' }).name).toBe('mcp.example');
});

test('tokens of a provider are asked for each request; one that the server refuses is `auth`', async () => {
  let tokens = 0;
  let isRevoked = true;
  const { server, client } = await started(
    ({ body }, response) => {
      if (body?.method !== 'tools/list' || !isRevoked) return false;
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
      return true;
    },
    { authProvider: { token: async () => `token-${++tokens}` }, protocolVersion: '2025-11-25' },
  );
  await expect(client.tools(call())).rejects.toMatchObject({ code: 'auth', retryable: false });
  isRevoked = false;
  expect(await client.tools(call())).toHaveLength(1);
  const sent = server.seen.map(({ headers }) => headers.authorization);
  expect(new Set(sent).size).toBe(sent.length);
  for (const authorization of sent) expect(authorization).toMatch(/^Bearer token-\d+$/);
});
