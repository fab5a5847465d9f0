import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';

import { StaticTokens } from '@tako/auth';
import { openAIServer, type LogEntry } from '@tako/compat-server';
import type { Authenticator } from '@tako/core';
import { fastify, type FastifyInstance } from 'fastify';

import { buildGateway, isGranted, type BuiltGateway, type GatewaySurroundings } from './build/build-gateway.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { statusRoute } from './status/status-route.js';

/** A gateway that listens. */
export interface Gateway {
  readonly url: string;
  /** A token that was made up, where the config has no `auth`. */
  readonly devToken: string | undefined;
  /**
   * Serves another config from now on. Requests under way end with what they began with, and nothing is cut.
   *
   * @throws what is wrong with the config; the one of before stays
   */
  reload(config: GatewayConfig): Promise<void>;
  /** Takes no more requests, lets those under way end for at most `drainMs`, and stops. */
  close(drainMs?: number): Promise<void>;
}

/** What `startGateway` takes besides the config. */
export interface GatewayOptions extends GatewaySurroundings {
  readonly log: (entry: LogEntry) => void;
  readonly nodeVersion: string;
}

/** One config, served. */
interface Version {
  readonly built: BuiltGateway;
  readonly app: FastifyInstance;
  /** Requests under way. */
  running: number;
  /** Called when there are none any more. */
  whenIdle: (() => void) | undefined;
}

/**
 * Starts a gateway.
 *
 * @throws where the config cannot be served: without `auth` it must say `insecureDev` and listen on loopback
 */
export async function startGateway(config: GatewayConfig, options: GatewayOptions): Promise<Gateway> {
  const { host = '127.0.0.1', port = 4141, tls, drainMs: usualDrainMs = 30_000 } = config.server ?? {};
  const devToken = config.auth === undefined ? makeDevToken(config, host) : undefined;
  const startedAtMs = Date.now();
  const serve = (next: GatewayConfig): Promise<Version> => serveVersion(next, { ...options, devToken, startedAtMs });
  let current = await serve(config);
  let isClosing = false;

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (isClosing) {
      // Who keeps a connection, and who asks whether it is ready, shall go elsewhere.
      response.setHeader('connection', 'close');
      if (request.url === '/readyz') {
        response
          .writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' })
          .end('{"status":"draining"}');
        return;
      }
    }
    const version = current;
    version.running++;
    response.once('close', () => {
      version.running--;
      if (version.running === 0) version.whenIdle?.();
    });
    version.app.routing(request, response);
  };
  const server = tls === undefined ? createServer(serverOptions, handle) : createTlsServer(await secure(tls), handle);
  server.headersTimeout = 15_000;
  server.maxConnections = 10_000;
  const url = await listen(server, host, port, tls !== undefined);

  const change = async (next: GatewayConfig): Promise<void> => {
    if (next.server?.tls !== undefined && 'setSecureContext' in server) {
      server.setSecureContext(await secure(next.server.tls));
    }
    const before = current;
    current = await serve(next);
    void retire(before);
  };
  let changing: Promise<void> = Promise.resolve();
  return {
    url,
    devToken,
    async reload(next) {
      // One after another: two signals at once must not serve the older config.
      const earlier = changing;
      changing = (async () => {
        await earlier.catch(() => undefined);
        await change(next);
      })();
      await changing;
    },
    async close(drainMs = usualDrainMs) {
      isClosing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        server.closeAllConnections();
      }, drainMs);
      await closed;
      clearTimeout(timer);
      await retire(current);
    },
  };
}

const serverOptions = { maxHeaderSize: 65_536, requestTimeout: 0 };

async function serveVersion(
  config: GatewayConfig,
  options: GatewayOptions & { readonly devToken: string | undefined; readonly startedAtMs: number },
): Promise<Version> {
  const built = await buildGateway(config, options);
  try {
    const auth: Authenticator = built.auth ?? devAuth(options.devToken);
    const app = fastify({ routerOptions: { maxParamLength: 10_000 } });
    statusRoute(app, { ...options, built, auth });
    await app.register(
      openAIServer(built.models, {
        auth,
        logger: options.log,
        tracer: options.tracer,
        cors: config.server?.corsOrigins === undefined ? undefined : { origins: config.server.corsOrigins },
        metrics: config.server?.metrics,
        rateLimit:
          config.server?.requestsPerMinute === undefined
            ? undefined
            : { requestsPerMinute: config.server.requestsPerMinute },
        limits: {
          maxBodyBytes: config.server?.maxBodyBytes,
          maxInFlightPerTenant: config.server?.maxInFlightPerTenant,
          modelOptions: { calls: mostCalls(config) },
        },
        grants: ({ roles }, model) => {
          const its = config.models[model];
          return its !== undefined && isGranted(its, roles);
        },
      }),
    );
    await app.ready();
    return { built, app, running: 0, whenIdle: undefined };
  } catch (error) {
    await built[Symbol.asyncDispose]();
    throw error;
  }
}

/** The most answers that an id may ask of a search: the server has one cap for all its models. */
function mostCalls({ models }: GatewayConfig): number {
  return Math.max(1, ...Object.values(models).map((model) => (model.type === 'ab_mcts' ? (model.maxCalls ?? 64) : 1)));
}

/** Waits until nothing of a version runs any more, and lets go of it. */
async function retire(version: Version): Promise<void> {
  if (version.running > 0) {
    await new Promise<void>((resolve) => {
      version.whenIdle = resolve;
    });
  }
  await version.app.close();
  await version.built[Symbol.asyncDispose]();
}

function makeDevToken({ server }: GatewayConfig, host: string): string {
  if (server?.insecureDev !== true)
    throw new Error('auth is not set; server.insecureDev: true starts without, on loopback');
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) {
    throw new Error('without auth, server.host must be a loopback address');
  }
  return `dev-${randomBytes(18).toString('base64url')}`;
}

function devAuth(token: string | undefined): Authenticator {
  if (token === undefined) throw new Error('auth may not be taken away while the gateway runs');
  return new StaticTokens([[token, { tenantId: 'dev', userId: 'dev', roles: [] }]]);
}

async function secure(files: { readonly certFile: string; readonly keyFile: string }): Promise<object> {
  const [cert, key] = await Promise.all([readFile(files.certFile), readFile(files.keyFile)]);
  return { ...serverOptions, cert, key };
}

async function listen(server: Server, host: string, port: number, isTls: boolean): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port: taken } = server.address() as AddressInfo; // it listens on TCP
  return `${isTls ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}
