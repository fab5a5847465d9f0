import type { ToolSchema } from '@tako/core';

import { answerClause } from './answer-clause.js';
import { advance, Desk, type PlannedCall } from './desk.js';
import type { Conversation } from './findings.js';
import { readClauses } from './read-clauses.js';

/** What to do next: call tools, or say what was found out. */
export type Step =
  | { readonly type: 'call'; readonly calls: readonly PlannedCall[] }
  | { readonly type: 'report'; readonly answers: readonly string[] };

/**
 * Decides the next step of a conversation. Clauses that do not need each other are worked on side by side; one that
 * speaks of "it" waits for those before it.
 */
export function planStep(tools: readonly ToolSchema[], conversation: Conversation): Step {
  const desk = new Desk(tools, conversation);
  const answers: string[] = [];
  const calls: PlannedCall[] = [];
  for (const clause of readClauses(conversation.prompt)) {
    if (calls.length > 0 && clause.refersBack) break;
    const state = advance(answerClause(clause, desk), conversation.findings);
    if (state.done) answers.push(state.result);
    else calls.push(...state.calls);
  }
  return calls.length > 0 ? { type: 'call', calls: withoutDoubles(calls) } : { type: 'report', answers };
}

function withoutDoubles(calls: readonly PlannedCall[]): PlannedCall[] {
  return [...new Map(calls.map((call) => [JSON.stringify([call.name, call.arguments]), call])).values()];
}
