import {
  invalidOptions,
  systemClock,
  toTakoError,
  type Call,
  type Clock,
  type JsonObject,
  type JsonValue,
  type Outcome,
  type Provider,
  type Route,
  type Router,
  type RouteRequest,
} from '@tako/core';

import { asksOf, type Asked, type AsksModels } from '../asks.js';
import type { AccountedRouteRequest } from '../turn/choose-provider.js';
import { untilAborted } from '../turn/until-aborted.js';
import { Bench, type BenchOptions } from './bench.js';
import { eligible, type EligibleOptions } from './eligible.js';
import { SideCalls } from './side-calls.js';

/** What every router takes. */
export interface RouterOptions extends EligibleOptions, BenchOptions {
  /** What `state()` of an earlier router of this kind gave. @defaultValue nothing is known yet */
  readonly initialState?: JsonValue | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/** A router that takes in outcomes and can be saved: what all routers of this package are. */
export interface LearningRouter extends Router, AsksModels {
  /** See `Router.route`. */
  route(request: RouteRequest, call: Call): Promise<Route>;
  /** See `Router.learn`. At the least a provider that fails again and again is left out for a while. */
  learn(outcome: Outcome): void;
  /** See `Router.state`. */
  state(): JsonObject;
}

/** What sets one kind of router apart. */
export interface RouterPlan {
  /** Names it in its state and its errors. */
  readonly kind: string;
  /** Chooses among candidates that can all take the request; there is at least one. */
  readonly choose: (request: RouteRequest, call: Call) => Route | Promise<Route>;
  /** What one choice asks of models, at the most; `undefined` where that is not known. @defaultValue nothing */
  readonly asks?: readonly Asked[] | undefined;
  readonly learn?: ((outcome: Outcome) => void) | undefined;
  readonly state?: (() => JsonObject) | undefined;
  readonly restore?: ((state: JsonObject) => void) | undefined;
}

/**
 * Puts the shared step before any router: candidates that cannot take the request, are not well, or cost too much are not
 * offered to it. For routers of your own and for `onnxRouter`; those of this package have it. The state of the router inside
 * is its own: save it apart.
 *
 * @throws `invalid` for options that cannot work. `route` throws what `eligible` throws; `invalid` when the router names
 *   nobody of those it was offered, or throws what is no `TakoError`.
 */
export function filtered(router: Router, options: RouterOptions = {}): LearningRouter {
  return routerOf(options, {
    kind: 'filtered',
    asks: asksOf([router]),
    choose: (request, call) => router.route(request, call),
    learn: (outcome) => router.learn?.(outcome),
  });
}

/** A router from what sets it apart: the filter, the bench, the state and the checks are the same for all. */
export function routerOf(options: RouterOptions, plan: RouterPlan): LearningRouter {
  const { isHealthy = () => true, initialState, clock = systemClock(globalThis) } = options;
  checkOptions(options, plan.kind);
  const bench = new Bench(options, clock);
  if (initialState !== undefined) {
    const { benched, own } = readState(initialState, plan.kind);
    bench.restore(benched);
    plan.restore?.(own);
  }
  const filter = { ...options, isHealthy: (provider: Provider) => !bench.has(provider.id) && isHealthy(provider) };

  return {
    asks: 'asks' in plan ? plan.asks : [],
    async route(request: AccountedRouteRequest, call) {
      // Inside of something that books already (a run of runs, another router) there is nobody else to tell.
      const accounts = call.enclosing === undefined ? request.accounts : undefined;
      const side = accounts === undefined ? undefined : new SideCalls(clock);
      const asked = side?.within(call) ?? call;
      try {
        const candidates = await untilAborted(call.signal, () => eligible(request, asked, filter));
        const route = await untilAborted(call.signal, () => plan.choose({ ...request, candidates }, asked));
        return checkRoute(route, candidates, plan.kind);
      } catch (error) {
        throw toTakoError(error, 'invalid', `${plan.kind}: what the router is made of threw`, { source: plan.kind });
      } finally {
        for (const { type: _, ...made } of side?.giveUp() ?? []) {
          accounts?.add({ step: request.step, branch: 0, durationMs: 0, ...made });
        }
      }
    },
    learn(outcome) {
      bench.learn(outcome);
      plan.learn?.(outcome);
    },
    state: () => ({ kind: plan.kind, version: 1, benched: bench.state(), own: plan.state?.() ?? {} }),
  };
}

/** Whether it is a number from 0 to 1: what scores, shares and confidences have to be. */
export function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/** The object itself, or an empty one for anything else: a saved state is what somebody stored. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}; // it came from JSON
}

function checkRoute(route: Route | undefined, candidates: readonly Provider[], kind: string): Route {
  const chosen: unknown = route?.providerId;
  if (route === undefined || !candidates.some(({ id }) => id === chosen)) {
    const ids = candidates.map(({ id }) => id).join(', ');
    throw invalidOptions(kind, `it chose "${String(chosen)}", none of those that can take the call: ${ids}`);
  }
  const { confidence } = route;
  return confidence === undefined || isShare(confidence) ? route : { ...route, confidence: undefined };
}

function checkOptions({ maxUsd, expectedOutputTokens, benchAfter, benchMs }: RouterOptions, kind: string): void {
  const figures = { maxUsd: typeof maxUsd === 'function' ? 0 : maxUsd, expectedOutputTokens, benchAfter, benchMs };
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined && !(value >= 0)) throw invalidOptions(kind, `${name} must be 0 or more, got ${value}`);
  }
}

function readState(state: JsonValue, wanted: string): { readonly benched: JsonObject; readonly own: JsonObject } {
  const { kind, version, benched, own } = asObject(state);
  if (kind !== wanted || version !== 1) {
    throw invalidOptions(
      wanted,
      `initialState is not version 1 of a ${wanted}, but ${JSON.stringify({ kind, version })}`,
    );
  }
  return { benched: asObject(benched), own: asObject(own) };
}
