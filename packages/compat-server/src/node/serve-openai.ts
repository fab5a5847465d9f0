import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { ServerOptions as TlsOptions, Server as TlsServer } from 'node:https';

import { StaticTokens } from '@tako/auth';
import { invalidOptions, type Authenticator, type Principal, type Secret } from '@tako/core';
import { fastify } from 'fastify';

import { jsonLines } from '../http/log-entry.js';
import { OpenAIService } from '../http/openai-service.js';
import { nobody, type OpenAIServiceOptions } from '../http/server-options.js';
import type { ServeTarget } from '../models/servable.js';
import { busySockets, clientErrorHandler, holdContinue, type BusySockets } from './client-error.js';
import { healthListener, type HealthListener } from './health-listener.js';
import { listeningUrl } from './listening-url.js';
import { isLoopback, loopbackNames } from './loopback.js';
import { mountService, type RequestAnswer } from './openai-server.js';
import { trustedProxies } from './trusted-proxies.js';

/** What `serveOpenAI` takes. */
export interface ServeOpenAIOptions extends OpenAIServiceOptions {
  /** @defaultValue 127.0.0.1 */
  readonly host?: string | undefined;
  /** @defaultValue 0: a free one */
  readonly port?: number | undefined;
  /** Bearer tokens that are known beforehand, each with who it stands for. Give these or `auth`. */
  readonly tokens?: Iterable<readonly [token: string | Secret | undefined, principal: Principal]> | undefined;
  /**
   * Starts without `auth` and `tokens`, on loopback only, with a random token that the log tells once.
   *
   * @defaultValue false
   */
  readonly insecureDev?: boolean | undefined;
  /** Serves over TLS: what `node:https` takes (`key`, `cert`, `ca`, …). @defaultValue plain HTTP */
  readonly tls?: TlsOptions | undefined;
  /**
   * Answers `/healthz` and `/readyz` on a port of their own too, over plain HTTP, for probes that cannot speak TLS or reach the other
   * port. Until everything is drained `/readyz` answers 503 there. `host` is that of the server where none is given.
   */
  readonly health?: { readonly host?: string | undefined; readonly port: number } | undefined;
  /**
   * Proxies in front whose `X-Forwarded-For` is believed, by their addresses and networks (`10.0.0.0/8`). Failed authentications are
   * counted by what it says.
   *
   * @defaultValue none: callers are told apart by the address of their connection
   */
  readonly trustProxy?: readonly string[] | undefined;
  /** Connections at a time; more are closed at once. @defaultValue 8192 */
  readonly maxConnections?: number | undefined;
  /** How long the headers of a request may take to come. @defaultValue 15000 */
  readonly headersTimeoutMs?: number | undefined;
  /** How long an idle connection is kept: longer than the load balancer in front does. @defaultValue 75000 */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** Largest headers of a request, all together. @defaultValue 65536, as OpenAI takes */
  readonly maxHeaderBytes?: number | undefined;
}

/** A server that listens. */
export interface OpenAIServerHandle {
  /** Where it is, for example `http://127.0.0.1:8080`; clients of OpenAI take it with `/v1` as their base URL. */
  readonly url: string;
  /** Where `health` is, for example `http://127.0.0.1:8081`. */
  readonly healthUrl: string | undefined;
  /** Serves something else from now on; what goes on goes on. @throws `invalid` as `serveOpenAI` does. */
  readonly setTarget: (target: ServeTarget) => void;
  /**
   * Takes other certificates for new connections; those that are open stay.
   *
   * @throws `invalid` for a server without TLS, and for what cannot be used: then the old ones stay
   */
  readonly setTls: (tls: TlsOptions) => void;
  /**
   * Takes no more requests (`/readyz` and all others answer 503), waits for those that run, tells the rest that the server
   * is shutting down, and closes every connection. Every call gets the promise of the first.
   *
   * @param options `drainMs`: how long runs may take to end by themselves, 10000 by default
   */
  readonly close: (options?: { readonly drainMs?: number | undefined }) => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Serves an orchestrator, a provider, or several of them by model id, to any client of OpenAI.
 *
 * ```ts
 * const server = await serveOpenAI(agent, { port: 8080, tokens: [[process.env.TOKEN, principal]] });
 * ```
 *
 * @throws `invalid` for options that cannot work: without `auth` or `tokens` it starts on loopback only, and only where
 *   `insecureDev` says so. What the platform throws where the address is taken.
 */
export async function serveOpenAI(target: ServeTarget, options: ServeOpenAIOptions): Promise<OpenAIServerHandle> {
  const { host = '127.0.0.1', port = 0, maxConnections = 8_192, tls } = options;
  const { auth, token } = authOf(options, host);
  const { logger = jsonLines((line) => process.stdout.write(`${line}\n`)) } = options;
  const { allowedHosts = isLoopback(host) ? loopbackNames(host) : undefined } = options;
  const service = new OpenAIService(target, { ...options, auth, logger, allowedHosts }, isLoopback(host));
  const busy: BusySockets = new WeakMap();
  let answer: RequestAnswer | undefined;
  const app = fastify({
    ...(tls === undefined
      ? { http: httpOptions(options, service) }
      : { https: { ...httpOptions(options, service), ...tls } }),
    clientErrorHandler: clientErrorHandler(service, busy),
    trustProxy: trustedProxies(options.trustProxy),
    // Paths that it cannot decode never reach a route.
    frameworkErrors: (_error, request, reply) => {
      void answer?.(request, reply);
    },
    keepAliveTimeout: options.keepAliveTimeoutMs ?? 75_000,
    routerOptions: { maxParamLength: 100_000 },
  });
  const server: Server = app.server; // of https it has the same events
  server.maxConnections = maxConnections;
  busySockets(server, busy);
  const waiting = holdContinue(server, service);
  await app.register(async (scope) => {
    answer = mountService(scope, service, waiting);
    scope.setNotFoundHandler(answer);
  });
  await app.listen({ host, port });
  const url = listeningUrl(server, tls === undefined ? 'http' : 'https');
  const health = await healthOf(options, host, service).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  if (token !== undefined) {
    const message = `${url} takes the token ${token} until it is closed`;
    service.log({ level: 'warn', event: 'insecure_dev', timeMs: service.clock.now(), message });
  }

  let closed: Promise<void> | undefined;
  const shut = async (drainMs: number): Promise<void> => {
    await service.drain(drainMs);
    server.closeIdleConnections();
    const closing = app.close();
    const stopTimer = service.clock.after(lastWordsMs, () => {
      server.closeAllConnections();
    });
    await closing;
    stopTimer();
    await health?.close();
  };
  const close: OpenAIServerHandle['close'] = ({ drainMs = 10_000 } = {}) => (closed ??= shut(drainMs));
  return {
    url,
    healthUrl: health?.url,
    setTarget: (next) => {
      service.setTarget(next);
    },
    setTls: (next) => {
      if (tls === undefined) throw invalidOptions('serveOpenAI', 'a server without TLS has no certificates');
      try {
        (server as unknown as TlsServer).setSecureContext(next); // with `tls` fastify made one of https
      } catch {
        // The cause could quote a key.
        throw invalidOptions('serveOpenAI', 'the certificate or its key cannot be used; the old ones stay');
      }
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** How long the last bytes may take to go out. */
const lastWordsMs = 500;

async function healthOf(
  { health }: ServeOpenAIOptions,
  host: string,
  service: OpenAIService,
): Promise<HealthListener | undefined> {
  if (health === undefined) return undefined;
  return await healthListener(service, { host: health.host ?? host, port: health.port });
}

function httpOptions(
  { headersTimeoutMs = 15_000, maxHeaderBytes = 65_536 }: ServeOpenAIOptions,
  service: OpenAIService,
) {
  return {
    headersTimeout: headersTimeoutMs,
    // The body has a limit of its own, which tells more; this one is for what never becomes a request.
    requestTimeout: headersTimeoutMs + service.limits.bodyTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
    maxHeaderSize: maxHeaderBytes,
    requireHostHeader: false, // the service asks for one itself, and says so in OpenAI's shape
  };
}

function authOf(
  { auth, tokens, insecureDev = false }: ServeOpenAIOptions,
  host: string,
): { readonly auth: Authenticator; readonly token?: string } {
  if (auth !== undefined && tokens !== undefined) throw invalidOptions('serveOpenAI', 'give auth or tokens, not both');
  if (auth !== undefined) return { auth };
  if (tokens !== undefined) return { auth: new StaticTokens(tokens) };
  if (!insecureDev) {
    throw invalidOptions('serveOpenAI', 'give auth or tokens; insecureDev: true starts without, on loopback only');
  }
  if (!isLoopback(host)) {
    throw invalidOptions('serveOpenAI', 'without auth or tokens the host must be a loopback address');
  }
  const token = `dev-${randomBytes(24).toString('base64url')}`;
  return { auth: new StaticTokens([[token, nobody]]), token };
}
