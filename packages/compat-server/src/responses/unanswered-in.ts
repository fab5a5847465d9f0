import type { Message } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';

const longestId = 100;

/** Why a conversation is refused, whose function calls have not all been answered, once, when somebody else speaks. */
export function unansweredIn(messages: readonly Message[]): Failure | undefined {
  let open = new Set<string>();
  for (const message of messages) {
    if (message.role === 'tool') {
      const loose = message.content.find(({ toolCallId }) => !open.delete(toolCallId));
      if (loose === undefined) continue;
      return at(loose.toolCallId, 'answers no function_call before it, or one that is answered already.');
    }
    if (open.size > 0) break;
    if (message.role !== 'assistant') continue;
    open = new Set(message.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : [])));
  }
  const [id] = open;
  return id === undefined ? undefined : at(id, 'was not found: each function_call must be answered.');
}

function at(callId: string, problem: string): Failure {
  const named = `The function_call_output with call_id ${JSON.stringify(callId.slice(0, longestId))}`;
  return refused(400, null, `${named} ${problem}`, { param: 'input' });
}
