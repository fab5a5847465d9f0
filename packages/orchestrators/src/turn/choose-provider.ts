import { invalidOptions, type Call, type ChatRequest, type Provider } from '@tako/core';

import type { TurnOptions } from './turn-options.js';
import { untilAborted } from './until-aborted.js';

/** Who answers next, and why where a router chose. */
export interface Choice {
  readonly provider: Provider;
  readonly reason?: string | undefined;
}

/**
 * Asks the router, where there is one.
 *
 * @throws `invalid` when it names nobody of the candidates; what the router throws.
 */
export async function chooseProvider(
  options: Pick<TurnOptions, 'candidates' | 'provider' | 'router'>,
  request: ChatRequest,
  step: number,
  call: Call,
): Promise<Choice> {
  const { provider, router } = options;
  if (router === undefined) return { provider };
  const candidates = [provider, ...options.candidates];
  const { providerId, reason } = await untilAborted(call.signal, () =>
    router.route({ request, step, candidates }, call),
  );
  const chosen = candidates.find(({ id }) => id === providerId);
  if (chosen !== undefined) return { provider: chosen, reason };
  const ids = candidates.map(({ id }) => id).join(', ');
  throw invalidOptions('router', `it chose "${providerId}", no candidate; there is ${ids}`);
}
