import type { Router } from '@tako/core';

import { asksOf } from '../asks.js';
import { routerOf, type LearningRouter, type RouterOptions } from './filtered.js';
import { boundedPattern } from './bounded-pattern.js';
import { questionOf } from './question.js';
import { firstOf, isRouter, otherwiseRoute } from './rule-router.js';

/** One pattern and who answers what it is found in. */
export interface RegexRule {
  /** A regular expression; text is taken as one with the flag `u`. It is searched for, so anchor it where that matters. */
  readonly pattern: RegExp | string;
  /** A provider's id, or several, the first one that can take the call. */
  readonly use: string | readonly string[];
}

/** What `regexRouter` takes. */
export interface RegexRouterOptions extends RouterOptions {
  /** Tried in order on the last text that a person said. */
  readonly patterns: readonly RegexRule[];
  /**
   * Who is chosen where no pattern is found: a provider's id, several, or whoever a router chooses.
   * @defaultValue the first candidate that can take the call
   */
  readonly otherwise?: string | readonly string[] | Router | undefined;
  /** How much of the text is looked at. @defaultValue 2000 */
  readonly maxCharacters?: number | undefined;
}

/**
 * Chooses by regular expressions over the question.
 *
 * @throws `invalid` for a pattern that is none, or that repeats a group which itself repeats; see `filtered`.
 */
export function regexRouter(options: RegexRouterOptions): LearningRouter {
  const { patterns, otherwise = [], maxCharacters = 2_000 } = options;
  const rules = patterns.map(({ pattern, use }) => ({
    pattern: boundedPattern(pattern, maxCharacters, 'regexRouter'),
    use,
  }));
  return routerOf(options, {
    kind: 'regex_router',
    asks: isRouter(otherwise) ? asksOf([otherwise]) : [],
    choose(routeRequest, call) {
      const { request, candidates } = routeRequest;
      const question = questionOf(request);
      for (const { pattern, use } of rules) {
        const providerId = firstOf(use, candidates);
        if (providerId !== undefined && pattern.test(question)) {
          return { providerId, reason: `the question matches /${pattern.source}/`, confidence: 1 };
        }
      }
      return otherwiseRoute(otherwise, routeRequest, call, 'no pattern is found in the question');
    },
    learn: (outcome) => {
      if (isRouter(otherwise)) otherwise.learn?.(outcome);
    },
  });
}
