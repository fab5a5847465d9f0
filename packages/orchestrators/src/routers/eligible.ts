import { isTakoError, TakoError, type Call, type ErrorCode, type Provider, type RouteRequest } from '@tako/core';
import { requireSupport } from '@tako/core/provider';

import { untilAborted } from '../turn/until-aborted.js';
import { expectedUsage, expectedUsd, inUsd } from './expected-usd.js';

/** Why a candidate was left out. `limit` is a hard limit of the router itself. */
export type EligibilityRule = 'capability' | 'context' | 'health' | 'budget' | 'limit';

/** A candidate that was left out. */
export interface Removal {
  readonly providerId: string;
  readonly rule: EligibilityRule;
  /** In words for people. */
  readonly why: string;
}

/** What candidates are measured by before any router chooses. */
export interface EligibleOptions {
  /** Whether a provider may be asked now, by what the caller knows, for example the state of its breaker. @defaultValue all may */
  readonly isHealthy?: ((provider: Provider) => boolean) | undefined;
  /**
   * The most that a call may cost, in US dollars: a number, or what is left of a budget when it is asked. A provider whose
   * price is not known is left out. @defaultValue no limit
   */
  readonly maxUsd?: number | ((call: Call) => number | Promise<number>) | undefined;
  /** How long answers are expected to be where the request sets no `maxOutputTokens`. @defaultValue 512 */
  readonly expectedOutputTokens?: number | undefined;
}

/**
 * The candidates that can take a request: by what they can do, by the length of the prompt (estimated), by their health,
 * and by what the call would cost.
 *
 * @throws when none is left, the code saying what stood in the way of the last: `unsupported`, `context_overflow`,
 *   `circuit_open` or `budget_exhausted`. `details.removed` says which rule removed whom.
 */
export async function eligible(
  { request, candidates }: RouteRequest,
  call: Call,
  options: EligibleOptions = {},
): Promise<readonly Provider[]> {
  const { isHealthy = () => true, maxUsd = Infinity, expectedOutputTokens = 512 } = options;
  const usage = expectedUsage(request, expectedOutputTokens);
  const limitUsd = typeof maxUsd === 'function' ? await untilAborted(call.signal, () => maxUsd(call)) : maxUsd;

  const removal = (provider: Provider): Omit<Removal, 'providerId'> | undefined => {
    const { contextTokens = Infinity, maxOutputTokens = Infinity } = provider.capabilities;
    const lack = lackOf(provider, request);
    if (lack !== undefined) return { rule: 'capability', why: lack };
    const needed = usage.inputTokens + (request.maxOutputTokens ?? 0);
    if (needed > contextTokens) {
      return { rule: 'context', why: `it takes ${contextTokens} tokens, the call needs about ${needed}` };
    }
    if ((request.maxOutputTokens ?? 0) > maxOutputTokens) {
      return { rule: 'context', why: `it writes at most ${maxOutputTokens} tokens` };
    }
    if (!isHealthy(provider)) return { rule: 'health', why: 'it is not healthy now' };
    if (limitUsd === Infinity) return undefined;
    const usd = expectedUsd(provider, usage);
    if (usd === undefined) return { rule: 'budget', why: 'its price is not known' };
    // Written so that a limit which is no number lets nobody through.
    return usd <= limitUsd
      ? undefined
      : { rule: 'budget', why: `the call would cost ${inUsd(usd)}, and ${inUsd(limitUsd)} may be spent` };
  };
  return keep(candidates, removal);
}

/**
 * The candidates for which nothing speaks against.
 *
 * @throws as `eligible`, when none is left.
 */
export function keep(
  candidates: readonly Provider[],
  removalOf: (provider: Provider) => Omit<Removal, 'providerId'> | undefined,
): readonly Provider[] {
  const removed: Removal[] = [];
  const left = candidates.filter((provider) => {
    const removal = removalOf(provider);
    if (removal !== undefined) removed.push({ providerId: provider.id, ...removal });
    return removal === undefined;
  });
  if (left.length === 0) throw nobody(removed);
  return left;
}

/** In the order in which the rules are asked: who fails at a later one has passed those before. */
const codes: Readonly<Record<EligibilityRule, ErrorCode>> = {
  capability: 'unsupported',
  context: 'context_overflow',
  health: 'circuit_open',
  budget: 'budget_exhausted',
  limit: 'policy_denied',
};

function nobody(removed: readonly Removal[]): TakoError {
  const rules = Object.keys(codes);
  const last = removed.toSorted((left, right) => rules.indexOf(left.rule) - rules.indexOf(right.rule)).at(-1);
  const list = removed.map(({ providerId, rule, why }) => `${providerId} (${rule}: ${why})`).join('; ');
  return new TakoError(
    last === undefined ? 'invalid' : codes[last.rule],
    last === undefined ? 'router: there are no candidates' : `router: no candidate can take this call: ${list}`,
    { source: 'router', details: { removed: removed.map((removal) => ({ ...removal })) } },
  );
}

function lackOf(provider: Provider, request: RouteRequest['request']): string | undefined {
  try {
    requireSupport(request, provider.capabilities, 'it');
    return undefined;
  } catch (error) {
    return isTakoError(error) ? error.message : 'it cannot take the request';
  }
}
