import type { MistralMessage } from './mistral-request.js';

/** Said by the model, as far as Mistral is told, where it said nothing and Mistral wants it to. */
const bridge: MistralMessage = { role: 'assistant', content: 'I have read the results.' };

/**
 * Puts messages into an order that Mistral takes, without losing any.
 *
 * - A user message cannot follow a tool message: the model is made to say a word between the two (`bridged_messages`).
 * - A system message cannot follow the model's turn or its tools: it goes in front of them (`moved_system`).
 * - An assistant message that says nothing at all is refused, and left out.
 * - The model's own turn at the end is the beginning of its answer.
 *
 * Source: https://github.com/mistralai/mistral-common/blob/main/src/mistral_common/protocol/instruct/validator.py (read
 * 2026-11-23).
 */
export function inMistralOrder(
  messages: readonly MistralMessage[],
  warn: (code: string, message: string) => void,
): MistralMessage[] {
  const ordered: MistralMessage[] = [];
  for (const message of messages) {
    if (message.role === 'system') {
      const place = ordered.findLastIndex(({ role }) => role === 'user' || role === 'system') + 1;
      if (place < ordered.length) {
        warn(
          'moved_system',
          "a system message was moved in front of the model's turn, since Mistral takes none after it",
        );
      }
      ordered.splice(place, 0, message);
      continue;
    }
    if (message.role === 'assistant' && !message.tool_calls && (message.content ?? '').length === 0) continue;
    if (message.role === 'user' && ordered.at(-1)?.role === 'tool') {
      warn(
        'bridged_messages',
        'Mistral takes no user message after a tool result: a word of the model was put between',
      );
      ordered.push(bridge);
    }
    ordered.push(message);
  }
  const last = ordered.at(-1);
  if (last?.role === 'assistant' && !last.tool_calls) ordered.splice(-1, 1, { ...last, prefix: true });
  return ordered;
}
