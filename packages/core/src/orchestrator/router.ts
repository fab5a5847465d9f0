import type { ChatRequest } from '../chat/chat-request.js';
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
}

/** Picks the provider for a model call. */
export interface Router {
  /** @throws TakoError; `cancelled` when the signal aborts. */
  route(request: RouteRequest, call: Call): Route | Promise<Route>;
}
