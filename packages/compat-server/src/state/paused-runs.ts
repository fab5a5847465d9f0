import type { ChatRequest, Message, Principal, ResumeInput, RunResult, RunState, ToolResultPart } from '@tako/core';

import { fingerprint } from './fingerprint.js';
import type { StateStore } from './state-store.js';

/** How long a run may wait for the results of its client. */
const waitMs = 3_600_000;

/**
 * Runs that wait for the results of client tools.
 *
 * A follow-up carries the conversation as the client saw it: without what the run did inside, without what vendors want back
 * with their tool calls. So the run's state is kept, and found again by the conversation itself: the same caller, the same
 * model, the same messages before the calls, the same calls. Whoever changes the history gets a new run from what they wrote.
 */
export class PausedRuns {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** Keeps a run that waits. */
  async keep(principal: Principal, model: string, messages: readonly Message[], result: RunResult): Promise<void> {
    const ids = result.pending.map(({ toolCallId }) => toolCallId);
    const key = await keyOf(principal, model, messages, ids);
    await this.#store.put(principal.tenantId, key, JSON.stringify(result.state), waitMs);
  }

  /**
   * The run that a request goes on with, if there is one. What the request asks for besides (temperature, tools) counts from now on.
   */
  async find(principal: Principal, model: string, request: ChatRequest): Promise<ResumeInput | undefined> {
    const { messages, ...asked } = request;
    const results = messages.at(-1);
    const calling = messages.at(-2);
    if (results?.role !== 'tool' || calling?.role !== 'assistant') return undefined;
    const ids = calling.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
    const key = await keyOf(principal, model, messages.slice(0, -2), ids);
    const kept = await this.#store.get(principal.tenantId, key);
    if (kept === undefined) return undefined;
    const state = JSON.parse(kept) as RunState; // written by `keep`
    const toolResults: readonly ToolResultPart[] = results.content;
    return { state: { ...state, request: asked }, toolResults };
  }
}

async function keyOf(
  { userId }: Principal,
  model: string,
  messages: readonly Message[],
  ids: readonly string[],
): Promise<string> {
  return `run:${await fingerprint(JSON.stringify([userId, model, messages, ids]))}`;
}
