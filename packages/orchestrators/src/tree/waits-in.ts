import type { RunState } from '@tako/core';

/**
 * Whether a tool call waits in the state of a run, or of a run inside it: it is asked before anything runs, since a branch
 * that refuses its state would only be one that failed.
 */
export function waitsIn(state: RunState, toolCallId: string): boolean {
  const { progress, messages, toolResults } = state;
  if (progress === undefined) {
    const last = messages.at(-1);
    const isCalled =
      last?.role === 'assistant' && last.content.some((part) => part.type === 'tool_call' && part.id === toolCallId);
    return isCalled && !toolResults.some((result) => result.toolCallId === toolCallId);
  }
  const { runs } = progress;
  // Whoever keeps something else in there knows alone what waits.
  if (typeof runs !== 'object' || runs === null) return true;
  const at = toolCallId.indexOf(':');
  const inside = new Map(Object.entries(runs)).get(toolCallId.slice(0, Math.max(0, at)));
  // The states inside are ours, as this one is.
  return inside !== undefined && waitsIn(inside as unknown as RunState, toolCallId.slice(at + 1));
}
