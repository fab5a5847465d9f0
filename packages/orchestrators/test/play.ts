import {
  isTakoError,
  type Orchestrator,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type TakoError,
} from '@tako/core';
import { expect } from 'vitest';

import { expectEventOrder } from './event-order.js';

/** Everything that a run told, each event as it was at its moment. */
export interface Played<Output> {
  readonly events: readonly RunEvent<Output>[];
  readonly result: RunResult<Output>;
}

/** Runs to the end and checks the order of events. */
export async function play<Output>(
  agent: Orchestrator<Output>,
  input: RunInput,
  options?: RunOptions,
): Promise<Played<Output>> {
  const events: RunEvent<Output>[] = [];
  for await (const event of agent.stream(input, options)) events.push(structuredClone(event));
  expectEventOrder(events, isResumed(input));
  const last = events.at(-1);
  if (last?.type !== 'finish') throw new Error('the run did not finish');
  return { events, result: last.result };
}

/** Runs to a failure. `onEvent` sees every event before. */
export async function playToFailure(
  agent: Orchestrator,
  input: RunInput,
  options?: RunOptions,
  onEvent: (event: RunEvent) => unknown = () => undefined,
): Promise<{ readonly events: readonly RunEvent[]; readonly error: TakoError }> {
  const events: RunEvent[] = [];
  try {
    for await (const event of agent.stream(input, options)) {
      events.push(structuredClone(event));
      await onEvent(event);
    }
  } catch (error) {
    expectEventOrder(events, isResumed(input));
    if (!isTakoError(error)) throw error;
    return { events, error };
  }
  expect.unreachable('the run finished');
}

/** The events of one kind. */
export function only<Output, Type extends RunEvent['type']>(
  events: readonly RunEvent<Output>[],
  type: Type,
): Extract<RunEvent<Output>, { readonly type: Type }>[] {
  return events.filter((event): event is Extract<RunEvent<Output>, { readonly type: Type }> => event.type === type);
}

/** What the model reads as results of its tool calls, in the order of the history: text parts only. */
export function resultTexts({ messages }: Pick<RunResult, 'messages'>): string[] {
  return messages.flatMap((message) =>
    message.role !== 'tool'
      ? []
      : message.content.map(({ content }) =>
          content.map((part) => (part.type === 'text' ? part.text : part.type)).join('|'),
        ),
  );
}

function isResumed(input: RunInput): boolean {
  return typeof input === 'object' && 'state' in input;
}
