import { request } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { customProvider, type Provider } from '@tako/core';
import { say, scriptedProvider } from '@tako/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { serveOpenAI } from '../src/index.js';
import { clientTls, loopbackTls } from './identity/certificates.js';
import { issuers } from './identity/test-issuer.js';
import { raw } from './raw-request.js';
import { ada, adaToken, framesOf, serving } from './serving.js';

const hello = { model: 'tako', messages: [{ role: 'user', content: 'Hello' }] };
const target = () => ({ tako: scriptedProvider(() => [say('Hi')], { keepCalls: false }) });

/** The answer over TLS, to one who trusts `ca` alone, on a connection of its own; `more` is what else the request has. */
function secure(
  url: string,
  ca: string,
  path: string,
  body?: object,
  more: { readonly key?: string; readonly cert?: string; readonly token?: string } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { token = adaToken, ...shown } = more;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const asking = request(new URL(path, url), { ...shown, ca, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (data: string) => (text += data));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    asking.on('error', reject);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A provider that says one word, and the next one when it is told to. */
function halting(): { readonly provider: Provider; readonly goOn: () => void } {
  let goOn = (): void => undefined;
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const provider = customProvider({
    id: 'test:halting',
    async *stream() {
      yield { type: 'text_delta', index: 0, text: 'before' };
      await told;
      yield { type: 'text_delta', index: 0, text: 'after' };
    },
  });
  return { provider, goOn };
}

describe('over TLS', () => {
  test('it answers who trusts it, and nobody who speaks plain HTTP', async () => {
    const { ca, key, cert } = loopbackTls();
    const { url } = await serving(target(), { tls: { key, cert } });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect((await secure(url, ca, '/v1/models')).status).toBe(200);
    expect((await secure(url, ca, '/v1/chat/completions', hello)).text).toContain('"content":"Hi"');
    await expect(secure(url, loopbackTls('Other root').ca, '/v1/models')).rejects.toThrow(/verify|issuer/);
    const plain = raw(url, 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n').catch(() => '');
    expect(await plain).not.toContain('200');
  });

  test('another certificate is shown from now on, and no stream is cut', async () => {
    const [old, next] = [loopbackTls('Old root'), loopbackTls('Next root')];
    const { provider, goOn } = halting();
    const { server, url, log } = await serving({ tako: provider }, { tls: { key: old.key, cert: old.cert } });
    const { hostname, port } = new URL(url);
    const socket: TLSSocket = connectTls({ host: hostname, port: Number(port), ca: old.ca, servername: 'localhost' });
    onTestFinished(() => void socket.destroy());
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => (text += data));
    const body = JSON.stringify({ ...hello, stream: true });
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${adaToken}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await vi.waitFor(() => expect(text).toContain('before'));

    server.setTls({ key: next.key, cert: next.cert });
    expect((await secure(url, next.ca, '/v1/models')).status).toBe(200);
    await expect(secure(url, old.ca, '/v1/models')).rejects.toThrow(/verify|issuer/);

    goOn();
    await vi.waitFor(() => expect(text).toContain('[DONE]'));
    expect(text).toContain('after');
    expect(log.at(-1)).toMatchObject({ status: 200, model: 'tako' });
    // The connection stays, with what it began with.
    socket.write(`GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${adaToken}\r\n\r\n`);
    await vi.waitFor(() => expect(text).toContain('"object":"list"'));
  });

  test('a certificate that cannot be read leaves the old one', async () => {
    const { ca, key, cert } = loopbackTls();
    const { server, url } = await serving(target(), { tls: { key, cert } });
    expect(() => {
      server.setTls({ key, cert: 'no certificate' });
    }).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect((await secure(url, ca, '/v1/models')).status).toBe(200);
  });

  test('a token that is bound to a client’s certificate is taken from that client alone', async () => {
    const { ca, key, cert } = loopbackTls();
    const [mine, other] = [clientTls('mine'), clientTls('other')];
    for (const make of issuers) {
      const { auth, token } = await make();
      // Nobody else vouches for the certificates: RFC 8705, section 2.2.
      const tls = { key, cert, requestCert: true, rejectUnauthorized: false };
      const { url } = await serving(target(), { auth, tls });
      const bound = token({ cnf: { 'x5t#S256': mine.thumbprint } });
      const status = async (shown: { readonly key?: string; readonly cert?: string }): Promise<number> =>
        (await secure(url, ca, '/v1/models', undefined, { ...shown, token: bound })).status;
      expect([
        await status({ key: mine.key, cert: mine.cert }),
        await status({ key: other.key, cert: other.cert }),
        await status({}),
      ]).toEqual([200, 401, 401]);
    }
  });

  test('a server without TLS has no certificate to replace', async () => {
    const { server } = await serving(target());
    expect(() => {
      server.setTls({});
    }).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

test('more connections than it may have are closed at once, and their place is given back', async () => {
  const { url, ask } = await serving(target(), { maxConnections: 2 });
  const { hostname, port } = new URL(url);
  const open = async (): Promise<{ readonly socket: Socket; readonly isClosed: () => boolean }> => {
    const socket = connect(Number(port), hostname);
    let closed = false;
    socket.on('close', () => (closed = true)).on('error', () => undefined); // it is cut off
    onTestFinished(() => void socket.destroy());
    await new Promise((resolve) => socket.once('connect', resolve));
    return { socket, isClosed: () => closed };
  };
  const first = await open();
  const second = await open();
  const third = await open();
  await vi.waitFor(() => expect(third.isClosed()).toBe(true));
  expect([first.isClosed(), second.isClosed()]).toEqual([false, false]);
  first.socket.destroy();
  await vi.waitFor(async () => expect((await ask('/v1/models')).status).toBe(200));
});

describe('health on a port of its own', () => {
  test('is plain HTTP beside TLS, and nothing else is there', async () => {
    const { ca, key, cert } = loopbackTls();
    const { server, url, log } = await serving(target(), { tls: { key, cert }, health: { port: 0 } });
    const at = server.healthUrl ?? '';
    expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(`${at}${path}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect((await secure(url, ca, path)).status).toBe(200);
    }
    const before = log.length;
    const headers = { authorization: `Bearer ${adaToken}` };
    for (const path of ['/v1/models', '/metrics', '/', '/healthz/', '/healthz?x=1', '//healthz'])
      expect((await fetch(`${at}${path}`, { headers })).status).toBe(404);
    expect((await fetch(`${at}/healthz`, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(404);
    expect(log).toHaveLength(before);
  });

  test('says that the server is not ready until the last run has ended, and ends with it', async () => {
    const { provider, goOn } = halting();
    const { server, ask } = await serving({ tako: provider }, { health: { port: 0 } });
    const running = await ask('/v1/chat/completions', { ...hello, stream: true });
    const closing = server.close({ drainMs: 10_000 });
    const ready = await fetch(`${server.healthUrl}/readyz`);
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await fetch(`${server.healthUrl}/healthz`)).status).toBe(200);
    goOn();
    expect((await framesOf(running)).at(-1)).toBe('data: [DONE]');
    await closing;
    await expect(fetch(`${server.healthUrl}/healthz`)).rejects.toThrow('fetch failed');
  });

  test('a port that is taken is told, and nothing stays open', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo; // it listens on TCP
    const listening = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const before = listening();
    const starting = serveOpenAI(target(), { tokens: [[adaToken, ada]], health: { port } });
    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await vi.waitFor(() => expect(listening()).toBe(before));
  });
});
