import type { Principal } from '@tako/core';
import { say, scriptedProvider } from '@tako/testing';
import { onTestFinished } from 'vitest';

import { serveOpenAI, type LogEntry, type ServeOpenAIOptions, type ServeTarget } from '../src/index.js';

/** The tokens of two tenants. */
export const adaToken = 'ada-0123456789abcdef';
export const bobToken = 'bob-0123456789abcdef';
export const ada: Principal = { tenantId: 'acme', userId: 'ada', roles: [] };
const bob: Principal = { tenantId: 'bolt', userId: 'bob', roles: [] };

/** A server on loopback until the test is over. */
export async function serving(target: ServeTarget, options: ServeOpenAIOptions = {}) {
  const log: LogEntry[] = [];
  const given = {
    ...(options.auth === undefined && {
      tokens: [
        [adaToken, ada],
        [bobToken, bob],
      ] as const,
    }),
    logger: (entry: LogEntry) => log.push(entry),
    ...options,
  };
  const server = await serveOpenAI(target, given);
  onTestFinished(() => server.close({ drainMs: 0 }));
  const ask = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${adaToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
  return { server, url: server.url, log, ask };
}

/** The frames of an event stream, as they came. */
export async function framesOf(response: Response): Promise<string[]> {
  return (await response.text()).split('\n\n').filter((frame) => frame !== '');
}

/** A request that is in order. */
export const hello = { model: 'tako', messages: [{ role: 'user', content: 'Hello' }] };

/** One model, which says hi. */
export const oneModel = (): ServeTarget => ({ tako: scriptedProvider(() => [say('Hi')], { keepCalls: false }) });

/** The status of an answer as it came over the wire. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
