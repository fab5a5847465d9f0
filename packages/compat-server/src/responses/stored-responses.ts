import { plainMessages, type Message, type Principal } from '@tako/core';
import type { OpenAIResponse } from '@tako/openai-wire';

import type { StateStore } from '../state/state-store.js';

/** A response that was kept, with the conversation that a later one goes on with. */
export interface StoredResponse {
  readonly response: OpenAIResponse;
  /** Input and output, without the instructions: these hold for one response only. */
  readonly messages: readonly Message[];
}

/** Responses that clients may ask for again or go on from. Each belongs to the caller that it was made for. */
export class StoredResponses {
  readonly #store: StateStore;
  readonly #ttlMs: number;

  constructor(store: StateStore, ttlMs: number) {
    this.#store = store;
    this.#ttlMs = ttlMs;
  }

  async keep(principal: Principal, { response, messages }: StoredResponse): Promise<void> {
    const text = JSON.stringify({ response, messages: plainMessages(messages) });
    await this.#store.put(principal.tenantId, keyOf(principal, response.id), text, this.#ttlMs);
  }

  async find(principal: Principal, id: string): Promise<StoredResponse | undefined> {
    if (!isId(id)) return undefined;
    const text = await this.#store.get(principal.tenantId, keyOf(principal, id));
    return text === undefined ? undefined : (JSON.parse(text) as StoredResponse); // written by `keep`
  }

  /** @returns whether there was one */
  delete(principal: Principal, id: string): Promise<boolean> {
    return isId(id) ? this.#store.delete(principal.tenantId, keyOf(principal, id)) : Promise.resolve(false);
  }
}

function isId(id: string): boolean {
  return /^resp_[0-9a-f]{32}$/.test(id);
}

function keyOf({ userId }: Principal, id: string): string {
  return JSON.stringify(['response', userId, id]);
}
