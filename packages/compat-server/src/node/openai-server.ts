import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import { invalidOptions } from '@tako/core';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

import { errorBody, refused } from '../errors/failure.js';
import { internalFailure } from '../errors/known-failures.js';
import type { ReadBody, Reply, RequestHead } from '../http/exchange.js';
import { jsonHeaders } from '../http/headers.js';
import { OpenAIService, type OpenedRequest } from '../http/openai-service.js';
import type { OpenAIServiceOptions } from '../http/server-options.js';
import type { ServeTarget } from '../models/servable.js';
import { clientCertificateThumbprint } from './client-certificate.js';
import type { ServerGuard } from './guard-server.js';
import { readBytes } from './read-body.js';
import { sendEventStream } from './send-reply.js';

/** What the plugin takes. */
export interface OpenAIServerOptions extends OpenAIServiceOptions {
  /** How long runs may take to end by themselves once the app closes; the rest are told that it does. @defaultValue 10000 */
  readonly drainMs?: number | undefined;
  /** Of the server that the app does not listen with itself. @defaultValue none */
  readonly guard?: ServerGuard | undefined;
}

/**
 * The server as a fastify plugin: it takes every path below its prefix, and brings its own checks of credentials and bodies.
 *
 * ```ts
 * app.register(openAIServer(agent, { auth }), { prefix: '/ai' }); // POST /ai/v1/chat/completions
 * ```
 *
 * @throws `invalid` for options that cannot work, and without `auth`.
 */
export function openAIServer(target: ServeTarget, options: OpenAIServerOptions): FastifyPluginAsync {
  const { drainMs = 10_000, guard } = options;
  if (options.auth === undefined) throw invalidOptions('openAIServer', 'auth is needed');
  const service = new OpenAIService(target, options);
  return async (app) => {
    const answer = mountService(app, service, guard?.waiting);
    // Of an app whose every path is ours, the handler may be its own already.
    if (app.prefix !== '') app.setNotFoundHandler(answer);
    app.addHook('preClose', () => service.drain(drainMs));
  };
}

/** Answers a request, whether fastify found a route for it or not. It never throws. */
export type RequestAnswer = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * Serves every path below the instance's prefix.
 *
 * @param waiting requests whose sender wants to be told to go on with the body
 * @returns what answers them, for what fastify has no route for: methods that it does not know, paths that it cannot decode
 */
export function mountService(
  app: FastifyInstance,
  service: OpenAIService,
  waiting: WeakSet<IncomingMessage> = new WeakSet(),
): RequestAnswer {
  const opened = new WeakMap<FastifyRequest, OpenedRequest>();
  const { prefix } = app;
  const open = (request: FastifyRequest, reply: FastifyReply): Promise<OpenedRequest | Reply> =>
    service.open(headOf(request, reply), pathBelow(prefix, request.raw.url ?? '/'));

  app.removeAllContentTypeParsers();
  // Bodies stay unread until it is known who sent them: the handler reads them itself.
  app.addContentTypeParser(
    '*',
    (_request: FastifyRequest, payload: Readable, done: (error: null, body: Readable) => void) => {
      done(null, payload);
    },
  );
  app.addHook('onRequest', async (request, reply) => {
    const given = await open(request, reply);
    if (!('answer' in given)) return send(given, reply, service);
    opened.set(request, given);
    return undefined;
  });
  app.setErrorHandler((error: { readonly statusCode?: number }, request, reply) => {
    const given = opened.get(request);
    const { statusCode = 500 } = error;
    // A status is fastify's own refusal. Whatever else comes here broke in this process, and its words stay here.
    if (given === undefined || statusCode >= 500) return send(broken(), reply, service);
    const isType = statusCode === 415;
    const code = isType ? 'unsupported_media_type' : null;
    return send(given.refuse(refused(isType ? 415 : 400, code, 'The request cannot be read.')), reply, service);
  });
  const handle: RequestAnswer = async (request, reply) => {
    const given = opened.get(request) ?? (await open(request, reply)); // without a route no hook has run
    if (!('answer' in given)) return send(given, reply, service);
    const readBody: ReadBody = (maxBytes, signal) => {
      if (waiting.has(request.raw)) reply.raw.writeContinue();
      return readBytes(request.raw, maxBytes, signal);
    };
    return send(await given.answer(readBody), reply, service);
  };
  app.all('/*', handle);
  return handle;
}

function headOf(request: FastifyRequest, reply: FastifyReply): RequestHead {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('the client has gone'));
  });
  return {
    method: request.raw.method ?? 'GET',
    url: request.raw.url ?? '/',
    headers: request.raw.headersDistinct,
    // The socket's, unless whoever made the instance trusts a proxy (`trustProxy`).
    clientAddress: request.ip,
    clientCertificateThumbprint: () => clientCertificateThumbprint(request.raw.socket),
    signal: gone.signal,
    abort: (reason) => {
      gone.abort(reason);
    },
  };
}

function broken(): Reply {
  const headers = { ...jsonHeaders, 'x-request-id': `req_${crypto.randomUUID()}` };
  return { status: internalFailure.status, headers, body: errorBody(internalFailure) };
}

function pathBelow(prefix: string, url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

function send({ status, headers, body }: Reply, reply: FastifyReply, service: OpenAIService): unknown {
  if (typeof body === 'string') return reply.code(status).headers(headers).send(body);
  reply.hijack();
  // What other plugins have set belongs to the answer too.
  reply.raw.writeHead(status, { ...plainHeaders(reply), ...headers });
  const { limits, clock } = service;
  void sendEventStream(body, reply.raw, { ...limits, clock });
  return reply;
}

function plainHeaders(reply: FastifyReply): Record<string, string | number | string[]> {
  const headers: Record<string, string | number | string[]> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) headers[name] = value;
  return headers;
}
