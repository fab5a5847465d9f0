import { invalidOptions, type ChatRequest, type Provider, type RouteRequest } from '@tako/core';

import type { RunAccounts } from './run-accounts.js';
import type { RunProgress } from './run-progress.js';
import type { TurnOptions } from './turn-options.js';
import { untilAborted } from './until-aborted.js';

/** Who answers next, and why where a router chose. */
export interface Choice {
  readonly provider: Provider;
  readonly reason?: string | undefined;
}

/** What routers of ours get besides: where they book the model calls that they make themselves. */
export interface AccountedRouteRequest extends RouteRequest {
  readonly accounts?: Pick<RunAccounts, 'add'> | undefined;
}

/**
 * Asks the router, where there is one.
 *
 * @throws `invalid` when it names nobody of the candidates; what the router throws.
 */
export async function chooseProvider(
  options: Pick<TurnOptions, 'candidates' | 'provider' | 'router'>,
  request: ChatRequest,
  { step, call, accounts }: RunProgress,
): Promise<Choice> {
  const { provider, router } = options;
  if (router === undefined) return { provider };
  const candidates = [provider, ...options.candidates];
  const asked: AccountedRouteRequest = { request, step, candidates, accounts };
  const { providerId, reason } = await untilAborted(call.signal, () => router.route(asked, call));
  const chosen = candidates.find(({ id }) => id === providerId);
  if (chosen !== undefined) return { provider: chosen, reason };
  const ids = candidates.map(({ id }) => id).join(', ');
  throw invalidOptions('router', `it chose "${providerId}"; there is ${ids}`);
}
