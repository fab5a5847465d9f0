import type { ChatRequest } from '../chat/chat-request.js';
import type { ErrorCode } from '../error/error-code.js';
import type { JsonValue } from '../json.js';
import type { Call } from '../provider/call.js';
import type { Provider } from '../provider/provider.js';

/** What a router knows when it chooses. */
export interface RouteRequest {
  /** The request that the chosen provider will get. */
  readonly request: ChatRequest;
  /** Model turns before this one. */
  readonly step: number;
  /** Who may be chosen, at least one. */
  readonly candidates: readonly Provider[];
}

/** A router's choice. */
export interface Route {
  /** The id of one of the candidates; another one fails the run with `invalid`. */
  readonly providerId: string;
  /** Why, in one sentence for people. */
  readonly reason: string;
  /** How sure the router is, 0 to 1. */
  readonly confidence?: number | undefined;
  /** What the router saw of the request, as numbers, for routers that learn: hand it back in the `Outcome`. */
  readonly features?: readonly number[] | undefined;
}

/**
 * What came of a call, for routers that learn. What is absent teaches nothing: a call may be told in two parts, how it went
 * when it ends, and how good it was when somebody has judged it.
 */
export interface Outcome {
  /** Who was asked. */
  readonly providerId: string;
  /** What was asked. Absent in logs that keep no prompts; `features` stand for it there. */
  readonly request?: ChatRequest | undefined;
  /** As in the `Route`. */
  readonly features?: readonly number[] | undefined;
  /** How good the answer was, 0 to 1. */
  readonly score?: number | undefined;
  /** In US dollars. */
  readonly costUsd?: number | undefined;
  /** From the request to the end of the answer, or to the failure, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** Present where the call failed. */
  readonly error?: ErrorCode | undefined;
}

/** Picks the provider for a model call. */
export interface Router {
  /** @throws TakoError; `cancelled` when the signal aborts. */
  route(request: RouteRequest, call: Call): Route | Promise<Route>;
  /** Takes in what came of a call. It never throws: an outcome that makes no sense teaches nothing. */
  learn?: ((outcome: Outcome) => void) | undefined;
  /** What the router has learned, as plain JSON, for its option `initialState`. */
  state?: (() => JsonValue) | undefined;
}
