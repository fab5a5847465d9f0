import { createHash } from 'node:crypto';

import { readCredentials } from '@tako/auth';
import { isTakoError, type Authenticator, type Principal } from '@tako/core';
import { traceToHtml } from '@tako/otel/html';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isGranted, type BuiltGateway } from '../build/build-gateway.js';
import { HealthReport } from './health.js';
import type { RunLog } from './run-log.js';
import { statusPage, type Spending, type Status } from './status-page.js';
import { styles } from './styles.js';

/** What the pages are made of. */
export interface StatusSources {
  readonly built: BuiltGateway;
  readonly runs: RunLog;
  readonly auth: Authenticator;
  readonly startedAtMs: number;
  readonly nodeVersion: string;
  /** Told of what an operator should know. */
  readonly note: (line: string) => void;
}

/** Nothing but the one style sheet that stands in the page. */
const pagePolicy = policy(`'sha256-${createHash('sha256').update(styles).digest('base64')}'`);
/** Widths of the bars of a run's tree are styles of their own. */
const runPolicy = policy("'unsafe-inline'");

/**
 * Serves the status page at `/`, and the tree of a run at `/runs/{id}`, to whoever has a good token: as a bearer token, or as
 * the password that a browser asks for (the user name is ignored). Callers see the runs and the spending of their own tenant, and
 * the models that they may use; those with the operator's role see all of it, and the providers.
 */
export function statusRoutes(app: FastifyInstance, sources: StatusSources): void {
  const { config } = sources.built;
  const operatorRole = config.server?.operatorRole ?? 'operator';
  const isOperator = ({ roles }: Principal): boolean => config.auth === undefined || roles.includes(operatorRole);
  const authenticate = (request: FastifyRequest): Promise<Principal> => {
    const { headers } = request.raw;
    const authorization = asBearer(headers.authorization);
    return sources.auth.authenticate(readCredentials({ headers: { ...headers, authorization } }));
  };
  const answered = async (request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> => {
    let principal: Principal;
    try {
      principal = await authenticate(request);
    } catch (error) {
      if (!isTakoError(error, 'auth')) {
        return plain(reply, 503).header('retry-after', '5').send('It cannot be found out now who asks.\n');
      }
      const challenge = 'Basic realm="Tako gateway", charset="UTF-8"';
      return plain(reply, 401).header('www-authenticate', challenge).send('A token is needed.\n');
    }
    try {
      return await answer(principal);
    } catch (error) {
      sources.note(`the status page failed: ${error instanceof Error ? error.message : String(error)}`);
      return plain(reply, 500).send('The page cannot be made.\n');
    }
  };

  app.get('/', (request, reply) =>
    answered(request, reply, async (principal) => {
      const page = statusPage(await statusFor(sources, isOperator(principal) ? undefined : principal));
      return htmlOf(reply, pagePolicy).send(page);
    }),
  );
  app.get<{ Params: { id: string } }>('/runs/:id', (request, reply) =>
    answered(request, reply, async (principal) => {
      const run = sources.runs.find(request.params.id);
      // Another tenant's run is not told from one that was never there.
      if (run === undefined || !(isOperator(principal) || run.tenantId === principal.tenantId)) {
        return plain(reply, 404).send('There is no such run, or it is no longer kept.\n');
      }
      const title = `${run.model}, asked by ${run.tenantId} / ${run.userId}`;
      return htmlOf(reply, runPolicy).send(traceToHtml(run.trace.lines, { title }));
    }),
  );
}

type Answer = (principal: Principal) => Promise<FastifyReply>;

function policy(style: string): string {
  return `default-src 'none'; style-src ${style}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function htmlOf(reply: FastifyReply, contentPolicy: string): FastifyReply {
  return reply
    .header('content-security-policy', contentPolicy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .type('text/html; charset=utf-8');
}

function plain(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('text/plain; charset=utf-8');
}

/** A browser sends what a person types as the password of basic authentication (RFC 7617): here it is the token. */
function asBearer(authorization: string | undefined): string | undefined {
  const encoded = /^basic ([\w+/]+=*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return authorization;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return `Bearer ${text.slice(text.indexOf(':') + 1)}`;
}

/** @param caller who sees what is its own; an operator, who sees everything, where it is absent */
async function statusFor(sources: StatusSources, caller: Principal | undefined): Promise<Status> {
  const { built, runs, startedAtMs, nodeVersion } = sources;
  const { config, providers, breakers } = built;
  const tenantId = caller?.tenantId;
  const models = Object.entries(config.models).filter(
    ([, model]) => caller === undefined || isGranted(model, caller.roles),
  );
  const health = new HealthReport(config, breakers);
  return {
    who: tenantId,
    startedAtMs,
    nowMs: Date.now(),
    nodeVersion: caller === undefined ? nodeVersion : undefined,
    models: models.map(([id, { type, description }]) => ({
      id,
      kind: type,
      description,
      health: health.model(id),
    })),
    providers: (caller === undefined ? [...providers] : []).map(([name, { id }]) => ({
      name,
      id,
      health: health.provider(name),
      breaker: breakers.get(name),
      fallback: config.providers[name]?.fallback ?? [],
    })),
    spending: await spendingOf(sources, tenantId),
    runs: runs.runs.filter((run) => tenantId === undefined || run.tenantId === tenantId),
  };
}

/** Accounts of today: of one tenant, or of all of them that have a cap of their own or have asked since the start. */
async function spendingOf(
  { built: { budget, config }, runs }: StatusSources,
  tenantId: string | undefined,
): Promise<Status['spending']> {
  if (budget === undefined) return undefined;
  const { maxUsdPerTenantPerDay = {}, maxTokensPerTenantPerDay = {} } = config.budget ?? {};
  const named = [...Object.keys(maxUsdPerTenantPerDay), ...Object.keys(maxTokensPerTenantPerDay)];
  const tenants =
    tenantId === undefined ? new Set([...named.filter((tenant) => tenant !== '*'), ...runs.tenants]) : [tenantId];
  try {
    const all = await budget.usage();
    const each = await Promise.all(
      Array.from(tenants, async (who): Promise<Spending> => ({ who, ...(await budget.usage({ tenantId: who })) })),
    );
    const ranked = each.toSorted(bySpending);
    const whole: Spending[] = tenantId === undefined ? [{ who: undefined, ...all }] : [];
    return { day: all.day, accounts: [...whole, ...ranked.slice(0, mostAccounts)], left: ranked.length - mostAccounts };
  } catch {
    return 'unknown'; // the accounts are in a Redis, and that is away: the rest of the page is needed all the more
  }
}

/** A page of thousands of tenants would be read by nobody. */
const mostAccounts = 100;

function bySpending(one: Spending, other: Spending): number {
  return (
    other.spentUsd - one.spentUsd ||
    other.spentTokens - one.spentTokens ||
    (one.who ?? '').localeCompare(other.who ?? '')
  );
}
