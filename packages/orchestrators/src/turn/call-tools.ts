import type { ToolCallPart } from '@tako/core';

import { callTool, type ToolOutcome, type ToolTurn } from './call-tool.js';

/**
 * Runs the tool calls of one turn, at most `limit` at a time, and yields each outcome as it comes. A consumer that leaves
 * early, and a call that throws, abort the others.
 *
 * @param onOutcome is told as soon as there is an outcome, also when nobody asks for it any more
 * @throws what `callTool` throws.
 */
export async function* callTools(
  calls: readonly ToolCallPart[],
  turn: ToolTurn,
  limit: number,
  onOutcome: (outcome: ToolOutcome) => void,
): AsyncGenerator<ToolOutcome, void, undefined> {
  const [only] = calls;
  if (only !== undefined && calls.length === 1) {
    const outcome = await callTool(only, turn); // there is no other that would have to be aborted
    onOutcome(outcome);
    return yield outcome;
  }
  const controller = new AbortController();
  const outer = turn.call.signal;
  const onAbort = (): void => {
    controller.abort(outer.reason);
  };
  if (outer.aborted) onAbort();
  outer.addEventListener('abort', onAbort, { once: true });
  const inner: ToolTurn = { ...turn, call: { ...turn.call, signal: controller.signal } };

  const running = new Map<ToolCallPart, Promise<{ readonly call: ToolCallPart; readonly outcome: ToolOutcome }>>();
  const waiting = [...calls];
  try {
    for (;;) {
      while (running.size < limit) {
        const call = waiting.shift();
        if (call === undefined) break;
        running.set(
          call,
          callTool(call, inner).then((outcome) => {
            onOutcome(outcome);
            return { call, outcome };
          }),
        );
      }
      if (running.size === 0) return;
      const { call, outcome } = await Promise.race(running.values());
      running.delete(call);
      yield outcome;
    }
  } finally {
    outer.removeEventListener('abort', onAbort);
    if (running.size > 0) {
      controller.abort(outer.aborted ? outer.reason : new Error('the turn is over'));
      await Promise.allSettled(running.values()); // each stops waiting at once: their outcome is not wanted any more
    }
  }
}
