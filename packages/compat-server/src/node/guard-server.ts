import type { IncomingMessage, Server } from 'node:http';

import { systemClock, type Clock } from '@tako/core';

import { harmless, type LogEntry } from '../http/log-entry.js';
import { busySockets, clientErrorHandler, holdContinue, type BusySockets } from './client-error.js';

/** What `guardServer` takes. */
export interface GuardServerOptions {
  /** Hears an entry for each request that is none. @defaultValue nobody hears of them */
  readonly logger?: ((entry: LogEntry) => void) | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/** What `guardServer` and `openAIServer` must know together. */
export interface ServerGuard {
  /** Requests whose sender wants to be told to go on with the body. */
  readonly waiting: WeakSet<IncomingMessage>;
}

/**
 * For a server of `node:http` or `node:https` that you listen with yourself: what is no HTTP is answered in OpenAI's shape too,
 * and nobody is told to go on with a body before it is known who sends it. `serveOpenAI` does so by itself.
 *
 * ```ts
 * const guard = guardServer(server, { logger });
 * app.register(openAIServer(agent, { auth, logger, guard }));
 * ```
 */
export function guardServer(server: Server, options: GuardServerOptions = {}): ServerGuard {
  const { clock = systemClock(globalThis) } = options;
  const teller = { clock, log: harmless(options.logger) };
  const busy: BusySockets = new WeakMap();
  busySockets(server, busy);
  server.on('clientError', clientErrorHandler(teller, busy));
  return { waiting: holdContinue(server, teller) };
}
