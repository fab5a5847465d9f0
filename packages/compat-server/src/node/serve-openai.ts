import { randomBytes } from 'node:crypto';

import { StaticTokens } from '@tako/auth';
import { invalidOptions, type Authenticator, type Principal, type Secret } from '@tako/core';
import { fastify } from 'fastify';

import { jsonLines } from '../http/log-entry.js';
import { OpenAIService } from '../http/openai-service.js';
import { nobody, type OpenAIServiceOptions } from '../http/server-options.js';
import type { ServeTarget } from '../models/servable.js';
import { mountService } from './openai-server.js';

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
}

/** A server that listens. */
export interface OpenAIServerHandle {
  /** Where it is, for example `http://127.0.0.1:8080`; clients of OpenAI take it with `/v1` as their base URL. */
  readonly url: string;
  /** Takes no more requests, waits `drainMs` for those that run, and ends the rest. Every call gets the same promise. */
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
  const { host = '127.0.0.1', port = 0 } = options;
  const { auth, token } = authOf(options, host);
  const { logger = jsonLines((line) => process.stdout.write(`${line}\n`)) } = options;
  const service = new OpenAIService(target, { ...options, auth, logger });
  const app = fastify({ routerOptions: { maxParamLength: 10_000 } });
  await app.register(async (scope) => {
    mountService(scope, service);
  });
  await app.listen({ host, port });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw invalidOptions('serveOpenAI', 'host must be an address');
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const url = `http://${shown}:${address.port}`;
  if (token !== undefined) {
    const message = `${url} takes the token ${token} until it is closed`;
    service.log({ level: 'warn', event: 'insecure_dev', timeMs: service.clock.now(), message });
  }
  const close = async (): Promise<void> => {
    await app.close();
  };
  return { url, close, [Symbol.asyncDispose]: close };
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

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
