import { invalidOptions, type Call, type Provider, type Route, type Router, type RouteRequest } from '@tako/core';

import { asksOf } from '../asks.js';
import { routerOf, type LearningRouter, type RouterOptions } from './filtered.js';
import { questionOf } from './question.js';

/** What a rule looks at. */
export interface RuleFacts extends RouteRequest {
  /** The last text that a person said. */
  readonly question: string;
}

/** One rule. */
export interface Rule {
  /** Whether it holds. */
  readonly when: (facts: RuleFacts, call: Call) => boolean | Promise<boolean>;
  /** Who is chosen then: a provider's id, or several, the first one that can take the call. */
  readonly use: string | readonly string[];
  /** Why, in one sentence. @defaultValue the number of the rule */
  readonly reason?: string | undefined;
}

/** What `ruleRouter` takes. */
export interface RuleRouterOptions extends RouterOptions {
  /** Asked in order: the first one that holds, and whose provider can take the call, decides. */
  readonly rules: readonly Rule[];
  /**
   * Who is chosen where no rule decides: a provider's id, several, or whoever a router chooses.
   * @defaultValue the first candidate that can take the call
   */
  readonly otherwise?: string | readonly string[] | Router | undefined;
}

/**
 * Chooses by predicates over the request.
 *
 * @throws see `filtered`; what a rule throws makes the route fail with `invalid`.
 */
export function ruleRouter(options: RuleRouterOptions): LearningRouter {
  const { rules, otherwise = [] } = options;
  for (const [at, { use }] of rules.entries()) {
    if (use.length === 0) throw invalidOptions('ruleRouter', `rule ${at + 1} names nobody`);
  }
  return routerOf(options, {
    kind: 'rule_router',
    asks: isRouter(otherwise) ? asksOf([otherwise]) : [],
    async choose(request, call) {
      const facts = { ...request, question: questionOf(request.request) };
      for (const [at, { when, use, reason = `rule ${at + 1} holds` }] of rules.entries()) {
        const providerId = firstOf(use, request.candidates);
        // What cannot be chosen need not be asked.
        if (providerId !== undefined && (await when(facts, call))) return { providerId, reason, confidence: 1 };
      }
      return otherwiseRoute(otherwise, request, call, 'no rule holds');
    },
    learn: (outcome) => {
      if (isRouter(otherwise)) otherwise.learn?.(outcome);
    },
  });
}

/** The first of these ids that is a candidate. */
export function firstOf(ids: string | readonly string[], candidates: readonly Provider[]): string | undefined {
  return [ids].flat().find((wanted) => candidates.some(({ id }) => id === wanted));
}

/** Whether it chooses, rather than being a choice. */
export function isRouter(otherwise: string | readonly string[] | Router): otherwise is Router {
  return typeof otherwise === 'object' && 'route' in otherwise;
}

/** Where nothing spoke for anybody. */
export function otherwiseRoute(
  otherwise: string | readonly string[] | Router,
  request: RouteRequest,
  call: Call,
  reason: string,
): Route | Promise<Route> {
  if (isRouter(otherwise)) return otherwise.route(request, call);
  const { candidates } = request;
  // There is at least one candidate; an empty id would be refused as naming nobody.
  return { providerId: firstOf(otherwise, candidates) ?? candidates[0]?.id ?? '', reason, confidence: 0 };
}
