import { StaticTokens } from '@tako/auth';
import { openAIServer, type LogEntry, type ServerGuard } from '@tako/compat-server';
import type { Authenticator } from '@tako/core';
import { fastify, type FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { buildGateway, isGranted, type BuiltGateway, type GatewaySurroundings } from '../build/build-gateway.js';
import { defaultMaxCalls } from '../build/models.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { isLoopback, loopbackHosts } from '../config/loopback.js';
import { findSecrets } from '../config/secret-reference.js';
import { statusRoutes } from '../status/status-routes.js';
import { unrouted } from './unrouted.js';

/** What serving a config takes besides the config. */
export interface VersionOptions extends GatewaySurroundings {
  readonly log: (entry: LogEntry) => void;
  readonly nodeVersion: string;
  readonly startedAtMs: number;
  readonly host: string;
  readonly guard: ServerGuard;
  /** The token of a gateway without `auth`. */
  readonly devToken: string | undefined;
}

/** One config, served: a reload makes another one, and this one ends with its last request. */
export interface Version {
  readonly built: BuiltGateway;
  /** Takes a request. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Waits until nothing of it runs any more, and lets go of it. */
  retire(): Promise<void>;
  /** Takes no more work, lets what runs end for `server.drainMs`, tells the rest that it shall not, and lets go of it. */
  close(): Promise<void>;
}

/** Makes what a config names, and the routes to it. @throws what is wrong; nothing stays open then */
export async function makeVersion(config: GatewayConfig, options: VersionOptions): Promise<Version> {
  for (const { at, variable } of findSecrets(config)) {
    if (variable === undefined || (options.environment[variable] ?? '') !== '') continue;
    options.note(`warning: ${at.map(String).join('.')}: the environment variable ${variable} is not set`);
  }
  const built = await buildGateway(config, options);
  let app: FastifyInstance;
  try {
    app = await routes(built, options);
  } catch (error) {
    await built[Symbol.asyncDispose]();
    throw error;
  }

  let running = 0;
  let whenIdle: (() => void) | undefined;
  let ended: Promise<void> | undefined;
  const idle = (): Promise<void> =>
    running === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          whenIdle = resolve;
        });
  const end = async (): Promise<void> => {
    await app.close();
    await built[Symbol.asyncDispose]();
  };
  return {
    built,
    handle(request, response) {
      running++;
      response.once('close', () => {
        running--;
        if (running === 0) whenIdle?.();
      });
      app.routing(request, response);
    },
    async retire() {
      await idle();
      await (ended ??= end());
    },
    close: () => (ended ??= end()),
  };
}

async function routes(built: BuiltGateway, options: VersionOptions): Promise<FastifyInstance> {
  const { config } = built;
  const { server = {} } = config;
  const auth: Authenticator = built.auth ?? devAuth(options.devToken);
  // While it closes, the routes themselves say so, in the shape that clients know.
  const { trustProxy = false } = server;
  const app = fastify({
    return503OnClosing: false,
    trustProxy,
    routerOptions: { maxParamLength: 10_000 },
    frameworkErrors: (_error, _request, reply) => {
      unrouted(400, reply, options.log);
    },
  });
  app.setNotFoundHandler((_request, reply) => {
    unrouted(404, reply, options.log);
  });
  statusRoutes(app, { ...options, built, auth });
  await app.register(
    openAIServer(built.models, {
      auth,
      guard: options.guard,
      hopId: built.hopId,
      logger: options.log,
      tracer: options.tracer,
      store: built.state.stateStore,
      cors: server.corsOrigins === undefined ? undefined : { origins: server.corsOrigins },
      // A page whose name was made to point to this machine still sends its own `Host`.
      allowedHosts: server.allowedHosts ?? (isLoopback(options.host) ? [...loopbackHosts, '[::1]'] : undefined),
      metrics: server.metrics,
      rateLimit: rateLimitOf(built),
      responseTtlMs: server.responseTtlMs,
      keepAliveMs: server.keepAliveMs,
      drainMs: server.drainMs ?? 30_000,
      limits: { ...server.limits, modelOptions: { calls: mostCalls(config) } },
      grants: ({ roles }, model) => {
        const its = config.models[model];
        return its !== undefined && isGranted(its, roles);
      },
    }),
  );
  await app.ready();
  return app;
}

function rateLimitOf({ config, state }: BuiltGateway): Parameters<typeof openAIServer>[1]['rateLimit'] {
  const asked = config.server?.requestsPerMinute;
  if (asked === undefined) return undefined;
  const { rateLimitStore: store } = state;
  if (typeof asked === 'number') return { requestsPerMinute: asked, store };
  const perMinute = new Map(Object.entries(asked));
  const others = perMinute.get('*') ?? Number.MAX_SAFE_INTEGER;
  return { requestsPerMinute: ({ tenantId }) => perMinute.get(tenantId) ?? others, store };
}

/** The most answers that an id may ask of a search: the server has one cap for all its models. */
function mostCalls({ models }: GatewayConfig): number {
  return Math.max(
    1,
    ...Object.values(models).map((model) => (model.type === 'ab_mcts' ? (model.maxCalls ?? defaultMaxCalls) : 1)),
  );
}

function devAuth(token: string | undefined): Authenticator {
  if (token === undefined) throw new Error('auth may not be taken away while the gateway runs');
  return new StaticTokens([[token, { tenantId: 'dev', userId: 'dev', roles: [] }]]);
}
