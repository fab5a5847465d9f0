import type { TLSSocket } from 'node:tls';

import { openai } from '@tako/provider-openai/fetch';
import { chat, user } from '@tako/core';
import { certificateAuthority } from '@tako/testing/loopback';
import { undiciTransport } from '@tako/transport-undici';
import { describe, expect, test, vi } from 'vitest';

import { http2Server, httpsServer } from './loopback-server.js';
import { failure, request, text } from './sending.js';

const ca = certificateAuthority();
const tls = ca.server('server.example', '127.0.0.1');
const url = (port: number): string => `https://127.0.0.1:${port}/`;

describe('TLS', () => {
  test('a server of an authority that is trusted is reached, any other is not', async () => {
    await using server = await httpsServer((_request, response) => response.end('x'), tls);
    const stranger = certificateAuthority('Stranger');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    try {
      await using trusting = undiciTransport({ ca: [stranger.cert, ca.cert] });
      expect(await text(await trusting.send(request(0, { url: url(server.port) })))).toBe('x');
      for (const options of [{}, { ca: stranger.cert }]) {
        await using transport = undiciTransport(options);
        const error = await failure(transport.send(request(0, { url: url(server.port) })));
        expect(error).toMatchObject({ code: expect.stringMatching(/CERT|SIGNATURE|VERIFY/) });
      }
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('serverName is what is asked for, and what the certificate must have', async () => {
    const seen: unknown[] = [];
    await using server = await httpsServer((incoming, response) => {
      seen.push((incoming.socket as TLSSocket).servername); // of an HTTPS server
      response.end('x');
    }, tls);
    await using named = undiciTransport({ ca: ca.cert, serverName: 'server.example' });
    await text(await named.send(request(0, { url: url(server.port) })));
    expect(seen).toEqual(['server.example']);
    await using wrong = undiciTransport({ ca: ca.cert, serverName: 'other.example' });
    const error = await failure(wrong.send(request(0, { url: url(server.port) })));
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('a client certificate is shown to a server that wants one', async () => {
    const client = ca.client('tako');
    await using server = await httpsServer(
      (incoming, response) => response.end((incoming.socket as TLSSocket).getPeerCertificate().subject.CN), // HTTPS
      { ...tls, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
    );
    await using showing = undiciTransport({ ca: ca.cert, clientCert: client.cert, clientKey: client.key });
    expect(await text(await showing.send(request(0, { url: url(server.port) })))).toBe('tako');
    await using hiding = undiciTransport({ ca: ca.cert });
    const error = await failure(hiding.send(request(0, { url: url(server.port) })));
    expect(error).toMatchObject({ code: expect.stringMatching(/^(ERR_SSL_|UND_ERR_SOCKET|ECONNRESET)/) });
  });

  test("a failed handshake is the provider's `transport`, with the reason", async () => {
    await using server = await httpsServer((_request, response) => response.end('x'), tls);
    await using transport = undiciTransport();
    const model = openai({ model: 'm', apiKey: 'k', baseUrl: url(server.port), transport });
    await expect(chat(model, { messages: [user('Hi')] })).rejects.toMatchObject({
      code: 'transport',
      message: expect.stringContaining('check the certificate'),
    });
  });
});

describe('HTTP/2', () => {
  test('is spoken only where it is wanted', async () => {
    await using server = await http2Server(({ httpVersion }, response) => void response.end(httpVersion), tls, {
      allowHTTP1: true,
    });
    for (const [http2, version] of [
      [true, '2.0'],
      [false, '1.1'],
      [undefined, '1.1'],
    ] as const) {
      await using transport = undiciTransport({ ca: ca.cert, http2 });
      expect(await text(await transport.send(request(0, { url: url(server.port) })))).toBe(version);
    }
  });

  test('a server that cannot is spoken to in HTTP/1.1', async () => {
    await using server = await httpsServer(({ httpVersion }, response) => response.end(httpVersion), tls);
    await using transport = undiciTransport({ ca: ca.cert, http2: true });
    expect(await text(await transport.send(request(0, { url: url(server.port) })))).toBe('1.1');
  });

  test('many requests at once share one connection, with their bodies', async () => {
    await using server = await http2Server((incoming, response) => void incoming.pipe(response), tls);
    await using transport = undiciTransport({ ca: ca.cert, http2: true });
    const bodies = Array.from({ length: 50 }, (_, at) => `${at} `.repeat(10_000));
    const answers = bodies.map(async (body) =>
      text(await transport.send(request(0, { url: url(server.port), method: 'POST', body }))),
    );
    expect(await Promise.all(answers)).toEqual(bodies);
    expect(server.connections).toBe(1);
  });

  test('an abort ends its own stream, and not the connection', async () => {
    const closed: string[] = [];
    let finish: () => void = () => undefined;
    let allStarted: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (allStarted = resolve));
    let count = 0;
    let streamClosed: () => void = () => undefined;
    const aborted = new Promise<void>((resolve) => (streamClosed = resolve));
    await using server = await http2Server((incoming, response) => {
      response.write('x');
      if (incoming.url === '/kept') finish = () => void response.end('y');
      response.stream
        .on('error', () => undefined)
        .on('close', () => {
          closed.push(incoming.url);
          streamClosed();
        });
      if (++count === 2) allStarted();
    }, tls);
    await using transport = undiciTransport({ ca: ca.cert, http2: true });
    const controller = new AbortController();
    const [kept, dropped] = await Promise.all([
      transport.send(request(0, { url: `${url(server.port)}kept` })),
      transport.send(request(0, { url: `${url(server.port)}dropped`, signal: controller.signal })),
    ]);
    await started;
    controller.abort('enough');
    await expect(text(dropped)).rejects.toBe('enough');
    await aborted;
    expect(closed).toEqual(['/dropped']);
    finish();
    expect(await text(kept)).toBe('xy');
    expect(server.connections).toBe(1);
  });
});
