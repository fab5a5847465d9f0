import type { Capabilities } from '../chat/capabilities.js';
import type { ChatEvent } from '../chat/chat-event.js';
import type { ChatRequest } from '../chat/chat-request.js';
import type { ChatResponse } from '../chat/chat-response.js';
import { collect } from '../chat/collect.js';
import type { Price } from '../chat/price.js';
import { call as callOf, type Call } from './call.js';

/**
 * A model behind one door. A plain object, so that it can be wrapped with spread, faked in a test, and
 * dropped by a bundler.
 */
export interface Provider {
  /** The version of the contract: 1. */
  readonly contract: 1;
  /** `vendor:model`, split at the first colon only: `ollama:llama3.2-vision:11b` is a model of `ollama`. */
  readonly id: string;
  readonly capabilities: Capabilities;
  /** Absent where the price is not known. */
  readonly price?: Price | undefined;

  /**
   * Asks the model. Nothing happens before the first event is asked for.
   *
   * The stream ends with exactly one `finish`, or throws a `TakoError`; `partial` holds what was received.
   * When `call.signal` aborts it throws `cancelled` within one event, and leaves nothing open.
   */
  stream(request: ChatRequest, call: Call): AsyncIterable<ChatEvent>;

  /** The whole answer at once. Where present it must equal the collected `stream`. */
  chat?: ((request: ChatRequest, call: Call) => Promise<ChatResponse>) | undefined;
}

/**
 * Wraps a provider into one that does a thing more: retry, budget, trace. Layers compose by nesting;
 * write them with `wrapProvider`.
 */
export type ProviderLayer = (next: Provider) => Provider;

/**
 * A provider that streams by `stream` and is otherwise `next`.
 *
 * `chat` is dropped: handed through, it would lead around the layer. `chat(provider, …)` collects the
 * stream instead.
 */
export function wrapProvider(next: Provider, stream: Provider['stream']): Provider {
  return { ...next, chat: undefined, stream };
}

/** Nests layers around a provider, the first one outermost. */
export function withLayers(provider: Provider, layers: readonly ProviderLayer[]): Provider {
  return layers.reduceRight((inner, layer) => layer(inner), provider);
}

/**
 * The whole answer at once: by the provider's own `chat` where it has one, else its stream, collected. Inside a run of
 * runs it is counted and limited with the others; where somebody listens it is a span.
 *
 * @throws what the provider throws, always a `TakoError`.
 */
export async function chat(provider: Provider, request: ChatRequest, call: Call = callOf()): Promise<ChatResponse> {
  const told = call.tracer?.calls(provider) ?? provider;
  const asked = call.enclosing?.layer(told) ?? told;
  return asked.chat?.(request, call) ?? collect(asked.stream(request, call));
}

/** The two halves of a provider's id. A model id may hold colons itself. */
export interface ModelId {
  readonly vendor: string;
  readonly model: string;
}

/** Splits `vendor:model` at the first colon. Without a colon all of it is the vendor, and the model is empty. */
export function parseModelId(id: string): ModelId {
  const colon = id.indexOf(':');
  return colon < 0 ? { vendor: id, model: '' } : { vendor: id.slice(0, colon), model: id.slice(colon + 1) };
}
