import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { StaticTokens } from '@tako/auth';
import { pause, say, scriptedProvider } from '@tako/testing';
import { fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';

import { guardServer, openAIServer, type LogEntry } from '../src/index.js';
import { raw } from './raw-request.js';

const token = 'a-token-of-sixteen-characters';
const auth = new StaticTokens([[token, { tenantId: 'acme', userId: 'ada', roles: [] }]]);

test('a plugin lets streams run on when its app closes, and tells those that outlast it', async () => {
  const provider = scriptedProvider(() => [say('Hi'), pause(Infinity)]);
  const app = fastify({ return503OnClosing: false });
  await app.register(openAIServer({ tako: provider }, { auth, drainMs: 50 }));
  const url = await app.listen({ port: 0 });
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tako', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  const closing = app.close();
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const text = await answer.text();
  expect(text).toMatch(/"content":"Hi"[^]*data: \{"error":\{[^\n]*"code":"shutting_down"/);
  expect(text).not.toContain('[DONE]');
  await closing;
});

test('a server that somebody else listens with is guarded like our own', async () => {
  const entries: LogEntry[] = [];
  const logger = (entry: LogEntry): void => void entries.push(entry);
  const server = createServer();
  const guard = guardServer(server, { logger });
  const app = fastify();
  await app.register(openAIServer({ tako: scriptedProvider([[say('Hi')]]) }, { auth, logger, guard }));
  await app.ready();
  server.on('request', (request, response) => {
    app.routing(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.close();
    await app.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const send = (text: string): Promise<string> => raw(`http://127.0.0.1:${port}`, text.replaceAll('\n', '\r\n'));

  expect(await send('GET / HTTP/1.1\nHost: a\nContent-Length: 5, 5\n\n')).toMatch(
    /^HTTP\/1\.1 400 [^]*"code":"invalid_request"/,
  );
  const body = JSON.stringify({ model: 'tako', messages: [{ role: 'user', content: 'Hello' }] });
  const head = `POST /v1/chat/completions HTTP/1.1\nHost: a\nConnection: close\nContent-Type: application/json\nContent-Length: ${body.length}`;
  expect(await send(`${head}\nExpect: 100-continue\n\n`)).toMatch(/^HTTP\/1\.1 401 /);
  expect(await send(`${head}\nAuthorization: Bearer ${token}\nExpect: 100-continue\n\n${body}`)).toMatch(
    /^HTTP\/1\.1 100 Continue\s+HTTP\/1\.1 200 OK[^]*"content":"Hi"/,
  );
  expect(await send(`${head}\nExpect: wonders\n\n${body}`)).toMatch(/^HTTP\/1\.1 417 /);
  expect(entries.map(({ status }) => status)).toEqual([400, 401, 200, 417]);
});

test('below its prefix every failure has one shape; what is not below it belongs to the app', async () => {
  const app = fastify();
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('the app’s own'));
  await app.register(openAIServer(scriptedProvider([[say('Hi')]]), { auth }), { prefix: '/ai' });
  await app.register(openAIServer(scriptedProvider([[say('Hi')]]), { auth }), { prefix: '/other' });
  const url = await app.listen({ port: 0 });
  onTestFinished(() => app.close());
  const told = async (line: string): Promise<string> => {
    const head = `${line} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;
    const [, status, body] = /^HTTP\/1\.1 (\d+)[^]*?\r\n\r\n(.*)$/.exec(await raw(url, head)) ?? [];
    return `${status} ${/"code":"(\w+)"/.exec(body ?? '')?.[1] ?? body}`;
  };
  for (const line of ['GET /ai', 'GET /ai/', 'POST /ai/v1/nope', 'PROPFIND /other/nope'])
    expect(await told(line), line).toBe('404 unknown_url');
  for (const line of ['PUT /ai/v1/models', 'PROPFIND /ai/v1/models', 'GET /other/v1/chat/completions'])
    expect(await told(line), line).toBe('405 method_not_allowed');
  for (const line of ['GET /', 'GET /aix', 'PROPFIND /v1/models', 'GET /ai%2fv1/models'])
    expect(await told(line), line).toBe('404 the app’s own');
});

test('an app that has a handler for what is not found keeps it where all paths are the plugin’s', async () => {
  const app = fastify();
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('the app’s own'));
  await app.register(openAIServer(scriptedProvider([[say('Hi')]]), { auth }));
  const url = await app.listen({ port: 0 });
  onTestFinished(() => app.close());
  const request = 'PROPFIND /v1/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  expect(await raw(url, request)).toContain('the app’s own');
});
