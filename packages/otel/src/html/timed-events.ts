import { systemClock, type Clock, type RunEvent } from '@tako/core';

/** An event, and when it came: milliseconds from the beginning of its run. */
export type TimedEvent<Output = unknown> = RunEvent<Output> & { readonly atMs: number };

/**
 * The events of a run, each with the time at which it came: to be kept as lines of JSON, or drawn by `traceToHtml`.
 *
 * ```ts
 * for await (const event of timedEvents(agent.stream('Is it raining in Bergen?'))) lines.push(JSON.stringify(event));
 * ```
 */
export async function* timedEvents<Output>(
  events: AsyncIterable<RunEvent<Output>>,
  { clock = systemClock(globalThis) }: { readonly clock?: Clock | undefined } = {},
): AsyncGenerator<TimedEvent<Output>, void, undefined> {
  const startedMs = clock.now();
  for await (const event of events) yield { ...event, atMs: clock.now() - startedMs };
}
