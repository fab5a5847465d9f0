import { readCredentials } from '@tako/auth';
import { isTakoError, type Authenticator } from '@tako/core';
import type { FastifyInstance } from 'fastify';

import type { BuiltGateway } from '../build/build-gateway.js';
import type { RunLog } from './run-log.js';
import { statusPage, type Spending, type Status } from './status-page.js';

/** What the page is made of. */
export interface StatusSources {
  readonly built: BuiltGateway;
  readonly runs: RunLog;
  readonly auth: Authenticator;
  readonly startedAtMs: number;
  readonly nodeVersion: string;
}

/**
 * Serves the status page at `/` to whoever has a good token: as a bearer token, or as the password that a browser asks for
 * (the user name is ignored). It shows the caller's own tenant; everybody's, where the role `operator` is held.
 */
export function statusRoute(app: FastifyInstance, sources: StatusSources): void {
  app.get('/', async (request, reply) => {
    const { headers } = request.raw;
    try {
      const credentials = readCredentials({ headers: { ...headers, authorization: asBearer(headers.authorization) } });
      const { tenantId, roles } = await sources.auth.authenticate(credentials);
      const isOperator = roles.includes('operator') || sources.built.config.auth === undefined;
      const page = statusPage(await statusFor(sources, isOperator ? undefined : tenantId));
      return await reply
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(page);
    } catch (error) {
      if (isTakoError(error, 'auth')) {
        return reply.code(401).header('www-authenticate', 'Basic realm="Tako gateway", charset="UTF-8"').send();
      }
      return reply.code(503).header('retry-after', '5').send();
    }
  });
}

/** A browser sends what a person types as the password of basic authentication (RFC 7617): here it is the token. */
function asBearer(authorization: string | undefined): string | undefined {
  const encoded = /^basic ([\w+/]+=*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return authorization;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return `Bearer ${text.slice(text.indexOf(':') + 1)}`;
}

/** @param tenantId whose runs and spending are shown; everybody's where it is absent */
async function statusFor(sources: StatusSources, tenantId: string | undefined): Promise<Status> {
  const { built, runs, startedAtMs, nodeVersion } = sources;
  const { config, budget, providers, breakers } = built;
  return {
    startedAtMs,
    nowMs: Date.now(),
    nodeVersion,
    models: Object.entries(config.models).map(([id, { type, description }]) => ({ id, kind: type, description })),
    providers: Array.from(providers, ([name, { id }]) => ({ name, id, breaker: breakers.get(name) ?? 'closed' })),
    spending:
      budget === undefined
        ? undefined
        : await spendingOf(budget, tenantId === undefined ? runs.tenants : [tenantId], tenantId === undefined),
    runs: runs.runs.filter((run) => tenantId === undefined || run.tenantId === tenantId),
  };
}

async function spendingOf(
  budget: NonNullable<BuiltGateway['budget']>,
  tenants: readonly string[],
  isForAll: boolean,
): Promise<Status['spending']> {
  const all = await budget.usage();
  const accounts: Spending[] = isForAll ? [{ who: 'all tenants', ...all }] : [];
  for (const tenant of tenants) accounts.push({ who: tenant, ...(await budget.usage({ tenantId: tenant })) });
  return { day: all.day, accounts };
}
