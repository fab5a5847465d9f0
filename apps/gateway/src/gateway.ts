import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import { guardServer, type LogEntry } from '@tako/compat-server';

import type { GatewaySurroundings } from './build/build-gateway.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { isLoopback } from './config/loopback.js';
import { healthListener, type HealthListener } from './serve/health-listener.js';
import { listen, readCertificates } from './serve/listen.js';
import { memoryState } from './serve/shared-state.js';
import { makeVersion, type Version } from './serve/version.js';

/** A gateway that listens. */
export interface Gateway {
  readonly url: string;
  /** Where `server.health` is. */
  readonly healthUrl: string | undefined;
  /** A token that was made up, where the config has no `auth`. */
  readonly devToken: string | undefined;
  /**
   * Serves another config, and reads the certificates again. Requests under way end with what they began with, and nothing is cut.
   *
   * @throws what is wrong with the config or the certificates; those of before stay
   */
  reload(config: GatewayConfig): Promise<void>;
  /**
   * Takes no more work: whoever asks hears 503. Requests under way may end within `server.drainMs`, the rest are told that the
   * server stops. Every call gets the promise of the first.
   */
  close(): Promise<void>;
}

/** What `startGateway` takes besides the config. */
export interface GatewayOptions extends Omit<GatewaySurroundings, 'memory'> {
  readonly log: (entry: LogEntry) => void;
  readonly nodeVersion: string;
}

/** How long the last bytes may take to go out. */
const lastWordsMs = 500;

/**
 * Starts a gateway.
 *
 * @throws where the config cannot be served: without `auth` it must say `insecureDev` and listen on loopback
 */
export async function startGateway(config: GatewayConfig, options: GatewayOptions): Promise<Gateway> {
  const { server: settings = {} } = config;
  const { host = '127.0.0.1', port = 4141, tls } = settings;
  const devToken = config.auth === undefined ? makeDevToken(config, host) : undefined;
  const fixed = { ...options, devToken, host, memory: memoryState(), startedAtMs: Date.now() };
  const certificates = tls === undefined ? undefined : await readCertificates(tls);
  // The routes ask for a host themselves, and say so in the shape that clients know.
  const httpOptions = { maxHeaderSize: 65_536, requestTimeout: 0, requireHostHeader: false };
  const tlsServer = certificates === undefined ? undefined : createTlsServer({ ...httpOptions, ...certificates });
  const server = tlsServer ?? createServer(httpOptions);
  server.headersTimeout = settings.headersTimeoutMs ?? 15_000;
  server.keepAliveTimeout = settings.keepAliveTimeoutMs ?? 75_000;
  server.maxConnections = settings.maxConnections ?? 10_000;

  const guard = guardServer(server, { logger: options.log });
  const versions = new Set<Version>();
  const make = async (next: GatewayConfig): Promise<Version> => {
    const version = await makeVersion(next, { ...fixed, guard });
    versions.add(version);
    return version;
  };
  let current = await make(config);
  let closed: Promise<void> | undefined;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Who keeps a connection shall go elsewhere.
    if (closed !== undefined) response.setHeader('connection', 'close');
    current.handle(request, response);
  });
  let health: HealthListener | undefined;
  let url: string;
  try {
    if (settings.health !== undefined) {
      health = await healthListener(settings.health.host ?? host, settings.health.port, (request, response) => {
        current.handle(request, response);
      });
    }
    url = await listen(server, host, port, tls !== undefined, '--port 0 takes one that is free');
  } catch (error) {
    await health?.close();
    await current.close();
    throw error;
  }

  const change = async (next: GatewayConfig): Promise<void> => {
    if (closed !== undefined) throw new Error('the gateway stops');
    const others = next.server?.tls === undefined ? undefined : await readCertificates(next.server.tls);
    const before = current;
    current = await make(next);
    if (others !== undefined) tlsServer?.setSecureContext(others);
    for (const line of fixedSettings(config, next)) options.note(line);
    void before.retire().finally(() => versions.delete(before));
  };
  let changing: Promise<void> = Promise.resolve();

  const shut = async (): Promise<void> => {
    await changing.catch(() => undefined);
    // It goes on listening meanwhile, so that who asks whether it is ready gets an answer.
    await Promise.all(Array.from(versions, (version) => version.close()));
    const gone = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, lastWordsMs);
    await gone;
    clearTimeout(timer);
    await health?.close();
  };
  return {
    url,
    healthUrl: health?.url,
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
    close: () => (closed ??= shut()),
  };
}

/** What only another start can change, of what a config changes. */
function fixedSettings(before: GatewayConfig, after: GatewayConfig): readonly string[] {
  const differs = (read: (config: GatewayConfig) => unknown): boolean =>
    JSON.stringify(read(before)) !== JSON.stringify(read(after));
  return [
    ...(['host', 'port', 'health', 'headersTimeoutMs', 'keepAliveTimeoutMs', 'maxConnections'] as const)
      .filter((name) => differs(({ server }) => server?.[name]))
      .map((name) => `server.${name}`),
    ...(differs(({ server }) => server?.tls === undefined) ? ['server.tls, on or off'] : []),
    ...(differs(({ telemetry }) => telemetry) ? ['telemetry'] : []),
  ].map((setting) => `${setting}: it changes at the next start`);
}

function makeDevToken({ server }: GatewayConfig, host: string): string {
  if (server?.insecureDev !== true)
    throw new Error('auth is not set; server.insecureDev: true starts without, on loopback');
  if (!isLoopback(host)) throw new Error('without auth, server.host must be a loopback address');
  return `dev-${randomBytes(18).toString('base64url')}`;
}
