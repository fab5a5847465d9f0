import { providerError } from '../error/make-error.js';
import type { AssistantContent } from '../message/message.js';
import type { ChatEvent } from './chat-event.js';
import type { ChatResponse } from './chat-response.js';

/**
 * Tells a whole answer as a stream tells it. Put together again they are the same answer.
 *
 * @throws `unsupported` for pictures, files and sound: no event carries them.
 */
export function responseEvents(response: ChatResponse): ChatEvent[] {
  const { message, finishReason, rawFinishReason, usage, requestId, model, warnings } = response;
  return [
    { type: 'start', requestId, model },
    ...warnings,
    ...message.content.flatMap(partEvents),
    { type: 'finish', finishReason, rawFinishReason, usage },
  ];
}

function partEvents(part: AssistantContent, index: number): ChatEvent[] {
  const { vendorData } = part;
  switch (part.type) {
    case 'text':
      return [{ type: 'text_delta', index, text: part.text, vendorData }];
    case 'reasoning':
      return [{ type: 'reasoning_delta', index, text: part.text, vendorData }];
    case 'tool_call': {
      const { id, name } = part;
      return [
        { type: 'tool_call_start', index, id, name },
        { type: 'tool_call_delta', index, argumentsDelta: part.arguments },
        { type: 'tool_call_end', index, arguments: part.arguments, vendorData },
      ];
    }
    default:
      throw providerError('unsupported', `a part of type ${part.type} cannot be streamed`);
  }
}
