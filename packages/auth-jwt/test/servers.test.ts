import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { ChainedAuth, readCredentials, StaticTokens } from '@tako/auth';
import { JwtAuth, jwksUrl } from '@tako/auth-jwt';
import { isTakoError, retryAfterMs, type Authenticator, type Principal } from '@tako/core';
import { keySetServer, newSigner, publicJwk, signToken, type KeySetServer } from '@tako/testing/identity';
import { fastify, type FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** The servers of docs/guides/identity.md. */
interface Server {
  readonly port: number;
  close(): Promise<void>;
}

async function nodeServer(auth: Authenticator): Promise<Server> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { method, url, headersDistinct: headers } = request;
      const credentials = readCredentials({ method, url, headers });
      const { userId } = await auth.authenticate(credentials, { signal: AbortSignal.timeout(10_000) });
      response.end(userId);
    } catch (error) {
      const seconds = Math.ceil((retryAfterMs(error) ?? 5_000) / 1_000);
      if (isTakoError(error, 'auth')) response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      else response.writeHead(503, { 'retry-after': `${seconds}` }).end();
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port, not on a pipe
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function fastifyServer(auth: Authenticator): Promise<Server> {
  const principals = new WeakMap<FastifyRequest, Principal>();
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    try {
      const { method, url } = request;
      const credentials = readCredentials({ method, url, headers: request.raw.headersDistinct });
      principals.set(request, await auth.authenticate(credentials, { signal: request.signal }));
    } catch (error) {
      const seconds = Math.ceil((retryAfterMs(error) ?? 5_000) / 1_000);
      if (isTakoError(error, 'auth')) return reply.code(401).header('www-authenticate', 'Bearer').send();
      return reply.code(503).header('retry-after', `${seconds}`).send();
    }
    return undefined;
  });
  app.get('/', (request) => principals.get(request)?.userId);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }; // as above
}

describe.each([
  ['node:http', nodeServer],
  ['fastify', fastifyServer],
])('%s', (_, start) => {
  const ci = 'ci-0123456789abcdef';
  let keys: KeySetServer;
  let server: Server;
  let token: string;
  beforeEach(async () => {
    const signer = await newSigner('RS256', 'key-1');
    keys = await keySetServer([publicJwk(signer)]);
    const exp = Math.floor(Date.now() / 1_000) + 60;
    token = signToken(signer, { payload: { sub: 'ada', tenant_id: 'acme', exp } });
    const staticTokens = new StaticTokens([[ci, { tenantId: 'acme', userId: 'ci', roles: [] }]]);
    server = await start(new ChainedAuth([staticTokens, new JwtAuth({ keys: jwksUrl(keys.url) })]));
  });
  afterEach(async () => {
    await server.close();
    await keys.close();
  });

  const get = (authorization?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}/`, { headers: authorization === undefined ? {} : { authorization } });

  test('knows its callers', async () => {
    expect(await (await get(`Bearer ${ci}`)).text()).toBe('ci');
    expect(await (await get(`bearer ${token}`)).text()).toBe('ada');
  });

  test.each([undefined, '', 'Bearer', 'Basic YTpi', 'Bearer nobody-knows-it', 'Bearer a, Bearer b', 'Bearer a.b.c'])(
    '%s is 401, and says nothing more',
    async (authorization) => {
      const response = await get(authorization);
      expect([response.status, await response.text()]).toEqual([401, '']);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  test('two Authorization headers are 401, though one is good', async () => {
    const header = `Authorization: Bearer ${ci}\r\n`;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once('error', reject);
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${header}${header}\r\n`);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('an identity provider that is down is 503, and those who need none get in', async () => {
    keys.fail('refused');
    const response = await get(`Bearer ${token}`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
    expect((await get(`Bearer ${ci}`)).status).toBe(200);
  });
});
