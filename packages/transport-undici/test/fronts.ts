import { Agent, request as httpRequest } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { connect } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';

import type { HttpTransport } from '@tako/core';

import { http2Server, started, type LoopbackServer } from './loopback-server.js';

/** A server in front of another one. */
export type Front = (port: number) => Promise<LoopbackServer>;

/** Takes TLS off, and hands every byte through, as well as every end. */
export function tlsFront(tls: TlsOptions): Front {
  return (port) =>
    started(
      createServer({ ...tls, allowHalfOpen: true }, (client) => {
        const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
        client.on('error', () => server.destroy()).on('close', () => server.destroy());
        server.on('error', () => client.destroy()).on('close', () => client.destroy());
        client.pipe(server).pipe(client);
      }),
    );
}

/** Speaks HTTP/2 with the client, and HTTP/1.1 with the server. An answer that breaks off is a stream that is reset. */
export function http2Front(tls: { readonly key: string; readonly cert: string }): Front {
  const agent = new Agent({ keepAlive: true });
  return (port) => http2Server((request) => handOn(request, port, agent), tls);
}

function handOn({ method, url, stream, headers }: Http2ServerRequest, port: number, agent: Agent): void {
  const names = Object.keys(headers).filter((name) => !name.startsWith(':'));
  const onwardHeaders = Object.fromEntries(names.map((name) => [name, headers[name]]));
  // `close` would send an end before the reset.
  const broken = (error: Error): void => void stream.destroy(error);
  const onward = httpRequest(
    { port, host: '127.0.0.1', method, path: url, headers: onwardHeaders, agent },
    (answer) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = answer.headers;
      stream.respond({ ...rest, ':status': answer.statusCode });
      answer.on('error', broken).pipe(stream);
    },
  );
  onward.on('error', broken);
  stream.on('error', () => undefined).on('close', () => onward.destroy());
  stream.pipe(onward);
}

/** Sends what would go to an http server to a front that is started for it. */
export function behind(
  front: Front,
  inner: HttpTransport,
  fronts: Map<string, Promise<LoopbackServer>>,
): HttpTransport {
  return {
    async send(request) {
      const url = new URL(request.url);
      if (url.protocol !== 'http:' || url.hostname !== '127.0.0.1') return inner.send(request);
      const starting = fronts.get(url.port) ?? front(Number(url.port));
      fronts.set(url.port, starting);
      const { port } = await starting;
      return inner.send({ ...request, url: `https://127.0.0.1:${port}${url.pathname}${url.search}` });
    },
  };
}
