import { refused, type Failure } from '../errors/failure.js';

/**
 * Why a conversation is refused, whose tool calls have not all been answered when somebody else speaks: no vendor takes it.
 *
 * @param messages those of the body, which `fromOpenAIRequest` has read
 */
export function unansweredCall(messages: unknown): Failure | undefined {
  if (!Array.isArray(messages)) return undefined;
  let open = new Set<unknown>();
  let calledAt = 0;
  for (const [index, message] of (messages as readonly WireMessage[]).entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return answersNothing(index);
      continue;
    }
    if (open.size > 0) return notAnswered(calledAt);
    if (message.role !== 'assistant') continue;
    open = new Set(message.tool_calls?.map(({ id }) => id));
    calledAt = index;
  }
  return open.size > 0 ? notAnswered(calledAt) : undefined;
}

interface WireMessage {
  readonly role: string;
  readonly tool_call_id?: unknown;
  readonly tool_calls?: readonly { readonly id: unknown }[] | null;
}

function notAnswered(index: number): Failure {
  return refused(400, null, 'Each of the tool_calls of a message must be answered by tool messages right after it.', {
    param: `messages[${index}].tool_calls`,
  });
}

function answersNothing(index: number): Failure {
  return refused(400, null, 'A tool message must answer one of the tool_calls of the message before, once.', {
    param: `messages[${index}].tool_call_id`,
  });
}
