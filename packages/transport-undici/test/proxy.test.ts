import { connect, type Socket } from 'node:net';
import { createServer, request as httpRequest } from 'node:http';

import { certificateAuthority } from '@tako/testing/loopback';
import { undiciTransport } from '@tako/transport-undici';
import { describe, expect, test, vi } from 'vitest';

import { httpServer, httpsServer, started, tcpServer, type LoopbackServer } from './loopback-server.js';
import { failure, request, text } from './sending.js';

interface Proxy {
  readonly server: LoopbackServer;
  /** What it was asked for. */
  readonly asked: { readonly what: string; readonly authorization: string | undefined }[];
}

/** A forward proxy on loopback. */
async function forwardProxy(): Promise<Proxy> {
  const asked: { what: string; authorization: string | undefined }[] = [];
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming;
    asked.push({ what: `${method} ${url}`, authorization: headers['proxy-authorization'] });
    const onward = httpRequest(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward.on('error', () => response.destroy()));
  });
  server.on('connect', (incoming, client: Socket) => {
    asked.push({ what: `CONNECT ${incoming.url}`, authorization: incoming.headers['proxy-authorization'] });
    const onward = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(onward).pipe(client);
    });
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
  });
  return { server: await started(server), asked };
}

describe('a proxy', () => {
  test('is asked for a tunnel to an https server, and sees nothing of what goes through', async () => {
    const ca = certificateAuthority();
    const client = ca.client('tako');
    await using server = await httpsServer((incoming, response) => incoming.pipe(response), {
      ...ca.server('server.example', '127.0.0.1'),
      ca: ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const { server: proxy, asked } = await forwardProxy();
    await using _proxy = proxy;
    await using transport = undiciTransport({
      ca: ca.cert,
      clientCert: client.cert,
      clientKey: client.key,
      proxy: `http://me:my%20word@127.0.0.1:${proxy.port}`,
    });
    const authorization = `Basic ${Buffer.from('me:my word').toString('base64')}`;
    for (let at = 0; at < 3; at++) {
      const sent = request(0, { method: 'POST', url: `https://127.0.0.1:${server.port}/x`, body: 'Hi' });
      expect(await text(await transport.send(sent))).toBe('Hi');
    }
    expect(asked).toEqual([{ what: `CONNECT 127.0.0.1:${server.port}`, authorization }]);
    expect(server.connections).toBe(1);
  });

  test('forwards to an http server, which does not see its password', async () => {
    await using server = await httpServer((incoming, response) => response.end(JSON.stringify(incoming.headers)));
    const { server: proxy, asked } = await forwardProxy();
    await using _proxy = proxy;
    await using transport = undiciTransport({ proxy: `http://127.0.0.1:${proxy.port}` });
    const headers = { 'x-mine': '1' };
    const seen: unknown = JSON.parse(await text(await transport.send(request(server.port, { headers }))));
    expect(seen).toMatchObject({ ...headers, host: `127.0.0.1:${server.port}` });
    expect(asked.map(({ what }) => what)).toEqual([`GET http://127.0.0.1:${server.port}/`]);
  });

  test('that wants a password, is gone, or refuses a tunnel, is a failure; the server is not tried without it', async () => {
    await using server = await httpServer((_incoming, response) => response.end('x'));
    await using strict = await tcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n'));
    });
    for (const port of [strict.port, 1]) {
      await using transport = undiciTransport({ proxy: `http://127.0.0.1:${port}` });
      await failure(transport.send(request(server.port)));
      await failure(transport.send(request(0, { url: `https://127.0.0.1:${server.port}/` })));
    }
    expect(server.connections).toBe(0);
  });

  test('an abort ends the request through it', async () => {
    const controller = new AbortController();
    await using server = await httpServer(() => controller.abort('enough'));
    const { server: proxy } = await forwardProxy();
    await using _proxy = proxy;
    await using transport = undiciTransport({ proxy: `http://127.0.0.1:${proxy.port}` });
    await expect(transport.send(request(server.port, { signal: controller.signal }))).rejects.toBe('enough');
  });

  test('of the environment is not used', async () => {
    await using proxy = await tcpServer((socket) => socket.destroy());
    await using server = await httpServer((_incoming, response) => response.end('x'));
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    try {
      await using transport = undiciTransport();
      expect(await text(await transport.send(request(server.port)))).toBe('x');
    } finally {
      vi.unstubAllEnvs();
    }
    expect(proxy.connections).toBe(0);
  });
});
