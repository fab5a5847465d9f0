import { request } from 'node:http';
import { connect } from 'node:net';

import { TakoError, type Authenticator } from '@tako/core';
import { expect, test, vi } from 'vitest';

import { serveMcp } from '../src/index.js';
import { echo, listening, waiting } from './served.js';

const accept = 'application/json, text/event-stream';
const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params };

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function opened(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await post(url, initialize, headers);
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}

function toolCall(id: number, name: string, given: object = {}): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: given } };
}

test.each([
  ['no JSON', 'hello', 400],
  ['no body', '', 400],
  ['JSON that is no JSON-RPC', '{"hello":1}', 400],
  ['more than the limit', JSON.stringify('x'.repeat(20_000)), 413],
  ['deep beyond measure', `${'['.repeat(9_000)}${']'.repeat(9_000)}`, 400],
  [
    'deep in an argument',
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"a":${'['.repeat(4_000)}${']'.repeat(4_000)}}}`,
    400,
  ],
])('a body that is %s is refused, and the next request is answered', async (_what, body, status) => {
  const { url } = await listening([echo], {}, { maxBodyBytes: 19_000 });
  expect((await post(url, body)).status).toBe(status);
  expect(await opened(url)).not.toBe('');
});

test('a batch of calls answers each, or none', async () => {
  const { url } = await listening([echo]);
  const session = await opened(url);
  const batch = [toolCall(1, 'echo', { text: 'a' }), toolCall(2, 'echo', { text: 'b' })];
  const response = await post(url, batch, { 'mcp-session-id': session });
  const text = await response.text();
  expect(response.status === 400 || (text.includes('"id":1') && text.includes('"id":2'))).toBe(true);
});

test('sessions: one that never was, one of somebody else, one that ended, and one that nobody used', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const auth: Authenticator = {
      authenticate: ({ token }) => Promise.resolve({ tenantId: 'acme', userId: token, roles: [] }),
    };
    const { url } = await listening([echo], {}, { auth, sessionIdleMs: 60_000, maxSessions: 2 });
    const alice = { authorization: 'Bearer alice' };
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    const statusOf = async (session: string, who: Record<string, string> = alice): Promise<number> => {
      const response = await post(url, list, { 'mcp-session-id': session, ...who });
      await response.text();
      return response.status;
    };
    const session = await opened(url, alice);
    expect(await statusOf(session)).toBe(200);
    expect(await statusOf('no-such-session')).toBe(404);
    expect(await statusOf(session, { authorization: 'Bearer bob' })).toBe(404);
    expect((await post(url, list, alice)).status).toBe(400);
    const other = await opened(url, alice);
    expect((await post(url, initialize, alice)).status).toBe(503);
    await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': other, ...alice } });
    expect(await statusOf(other)).toBe(404);
    vi.advanceTimersByTime(60_001);
    expect(await statusOf(session)).toBe(404);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['no token', undefined, 401, 'www-authenticate'],
  ['a bad token', new TakoError('auth', 'the token is bad'), 401, 'www-authenticate'],
  ['a provider that is down', new TakoError('transport', 'down'), 503, 'retry-after'],
  ['a bug', new Error('secret'), 503, 'retry-after'],
])('%s is refused before the body is read, and the answer says nothing', async (_what, error, status, header) => {
  const auth: Authenticator = { authenticate: () => Promise.reject(error ?? new Error('not asked')) };
  const { url } = await listening([echo], {}, { auth });
  const response = await post(url, 'no JSON', error === undefined ? {} : { authorization: 'Bearer t' });
  expect(response.status).toBe(status);
  expect(response.headers.has(header)).toBe(true);
  expect(await response.text()).toBe('');
});

test.each([
  ['host', { host: 'evil.example' }],
  ['origin', { origin: 'https://evil.example' }],
  ['origin', { origin: 'null' }],
])('a foreign %s is refused', async (_what, headers) => {
  const { url } = await listening([echo]);
  const status = await new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end('{}');
  });
  expect(status).toBe(403);
});

test('it does not listen beyond loopback without auth', async () => {
  const served = serveMcp([echo], { name: 'served' });
  await expect(served.http({ auth: 'none' }).listen({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'invalid' });
});

test('a body that never ends is given up', async () => {
  const { url } = await listening([echo], {}, { bodyTimeoutMs: 50 });
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  );
  const [answer] = await new Promise<Buffer[]>(
    (resolve) => void socket.once('data', (data: Buffer) => resolve([data])),
  );
  socket.destroy();
  expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
});

test('a client that vanishes in the middle of a call aborts the run, in both eras', async () => {
  const { wait, begun } = waiting();
  const { url } = await listening([wait]);
  const session = await opened(url);
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const modern = {
    jsonrpc: '2.0',
    id: 3,
    method: 'tools/call',
    params: { name: 'wait', arguments: {}, _meta: envelope },
  };
  const modernHeaders = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'wait' };
  for (const [body, headers] of [
    [toolCall(2, 'wait'), { 'mcp-session-id': session }],
    [modern, modernHeaders],
  ] as const) {
    const leaving = new AbortController();
    const calls = begun.length;
    const asking = fetch(url, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: leaving.signal,
    }).then((response) => response.text());
    asking.catch(() => undefined);
    await vi.waitFor(() => expect(begun).toHaveLength(calls + 1));
    leaving.abort();
    await vi.waitFor(() => expect(begun[calls]?.aborted).toBe(true));
  }
});

test('a thousand calls at once are each answered, the ones over the limit by an error', async () => {
  const { url } = await listening([echo], { maxConcurrentCalls: 100 });
  const session = await opened(url);
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async (_, at) => {
      const response = await post(url, toolCall(at + 10, 'echo', { text: `answer ${at}` }), {
        'mcp-session-id': session,
      });
      const text = await response.text();
      return text.includes(`answer ${at}"`) || text.includes('busy');
    }),
  );
  expect(answers.filter(Boolean)).toHaveLength(1_000);
}, 20_000);

test('close refuses new calls, and aborts what does not end in time', async () => {
  const { wait, begun } = waiting();
  const { url, served } = await listening([wait]);
  const session = await opened(url);
  const calling = post(url, toolCall(2, 'wait'), { 'mcp-session-id': session }).then((response) => response.text());
  calling.catch(() => undefined); // its connection may end before its answer
  await vi.waitFor(() => expect(begun).toHaveLength(1));
  const closing = served.close();
  expect((await post(url, initialize)).status).toBe(503);
  await closing;
  expect(begun[0]?.aborted).toBe(true);
  await expect(post(url, initialize)).rejects.toThrow('fetch failed');
});
