import {
  textOf,
  type ChatRequest,
  type Orchestrator,
  type Provider,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
} from '@tako/core';
import { chunks, scriptedProvider, type Reply } from '@tako/testing';

/** 10 input and 5 output tokens cost 20 USD: round figures to add up. */
const price = { inputUsdPerMillion: 1_000_000, outputUsdPerMillion: 2_000_000 };
const used = { inputTokens: 10, outputTokens: 5 };

/** A model that says this. */
export function speaker(
  id: string,
  reply: (request: ChatRequest) => Reply | Promise<Reply>,
): Provider & { readonly requests: readonly ChatRequest[] } {
  return scriptedProvider((request) => reply(request), { id, price });
}

/** A reply with its usage. */
export function says(text: string): Reply {
  return [chunks(text, 1), { type: 'usage', usage: used }];
}

/** A coordinator that writes these plans, one after the other. */
export function planner(
  ...plans: readonly (string | object)[]
): Provider & { readonly requests: readonly ChatRequest[] } {
  let written = 0;
  return speaker('coordinator:x', () => {
    const plan = plans[Math.min(written++, plans.length - 1)] ?? '';
    return says(typeof plan === 'string' ? plan : JSON.stringify(plan));
  });
}

/** All that a worker was shown, as one text. */
export function shownTo(request: ChatRequest | undefined): string {
  return (request?.messages ?? []).map((message) => textOf(message)).join('\n---\n');
}

/** Runs to the end. */
export async function playRun(
  orchestrator: Orchestrator,
  input: RunInput = 'What is to be done?',
  runOptions?: RunOptions,
): Promise<{ readonly events: readonly RunEvent[]; readonly result: RunResult }> {
  const events: RunEvent[] = [];
  for await (const event of orchestrator.stream(input, runOptions)) events.push(structuredClone(event));
  const last = events.at(-1);
  if (last?.type !== 'finish') throw new Error('the run did not finish');
  return { events, result: last.result };
}

/** The text that was told on the outside. */
export function toldText(events: readonly RunEvent[]): string {
  return events.map((event) => (event.type === 'text_delta' ? event.text : '')).join('');
}
