import type { Message } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';

/** Why a conversation is refused, whose function calls have not all been answered, once, when somebody else speaks. */
export function unansweredIn(messages: readonly Message[]): Failure | undefined {
  let open = new Set<string>();
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!message.content.every(({ toolCallId }) => open.delete(toolCallId))) return answersNothing;
      continue;
    }
    if (open.size > 0) break;
    if (message.role !== 'assistant') continue;
    open = new Set(message.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : [])));
  }
  const [id] = open;
  if (id === undefined) return undefined;
  return refused(400, null, 'No tool output was found for a function call: each of the tool_calls must be answered.', {
    param: 'input',
  });
}

const answersNothing = refused(400, null, 'A function_call_output must answer a function_call before it, once.', {
  param: 'input',
});
