import {
  call,
  user,
  type Capabilities,
  type CallOptions,
  type ChatEvent,
  type ChatRequest,
  type ModelCall,
  type Price,
  type Provider,
  type RouteRequest,
  type Router,
  type UsageEvent,
} from '@tako/core';
import { scriptedProvider, usage, type Script, type ScriptedProvider } from '@tako/testing';

/** What most calls use: 5 tokens. */
export const used: UsageEvent = usage({ inputTokens: 4, outputTokens: 1 });

/** What is asked of models. */
export const question: ChatRequest = { messages: [user('6 * 7?')] };

/** A candidate that is never asked. */
export function candidate(id: string, priceUsd?: number, capabilities: Partial<Capabilities> = {}): Provider {
  return scriptedProvider([], { id, capabilities, price: priceUsd === undefined ? undefined : price(priceUsd) });
}

/** So many dollars for a million tokens, in and out. */
export function price(usd: number): Price {
  return { inputUsdPerMillion: usd, outputUsdPerMillion: usd };
}

/** A question to be routed. */
export function route(candidates: readonly Provider[], text = 'Well?', over: Partial<RouteRequest> = {}): RouteRequest {
  return { request: { messages: [user(text)] }, step: 0, candidates, ...over };
}

/** Who a router chooses, one call after the other. */
export async function choices(router: Router, request: RouteRequest, times: number): Promise<string[]> {
  const chosen: string[] = [];
  for (let at = 0; at < times; at++) chosen.push((await router.route(request, call())).providerId);
  return chosen;
}

/** A model whose tokens cost so many dollars each. */
export function model(id: string, script: Script, usd = 1): ScriptedProvider {
  return scriptedProvider(script, { id, price: price(usd * 1e6) });
}

/** All events of an answer to the question. */
export async function read(provider: Provider, options: CallOptions = {}): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of provider.stream(question, call(options))) events.push(event);
  return events;
}

/** Calls beside an answer: who, for how much, and how they ended. */
export function attempts(events: readonly ChatEvent[]): unknown[] {
  return events.flatMap((event) =>
    event.type === 'attempt' ? [[event.providerId, event.costUsd, event.error ?? event.finishReason]] : [],
  );
}

/** Calls of a run: who, for how much, and how they ended. */
export function accounts(calls: readonly ModelCall[]): unknown[] {
  return calls.map(({ providerId, costUsd, error, finishReason }) => [providerId, costUsd, error ?? finishReason]);
}
