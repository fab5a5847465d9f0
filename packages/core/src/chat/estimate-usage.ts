import type { ContentPart } from '../message/content-part.js';
import type { ChatRequest } from './chat-request.js';
import type { Usage } from './usage.js';

/** Characters that most tokenizers make one token of, in English text and code. */
const charactersPerToken = 4;
/** What vendors count for a picture of ordinary size, about. */
const tokensPerBinaryPart = 1_000;
/** What a message's frame costs, about. */
const tokensPerMessage = 4;

/**
 * A guess at the usage of a call whose vendor did not report, marked `estimated`.
 *
 * @param content the part of the answer that was received
 */
export function estimateUsage(request: ChatRequest, content: readonly ContentPart[]): Usage {
  let inputTokens = request.tools === undefined ? 0 : tokens(JSON.stringify(request.tools));
  for (const message of request.messages) inputTokens += tokensPerMessage + tokensOf(message.content);
  return { inputTokens, outputTokens: tokensOf(content), estimated: true };
}

function tokensOf(content: readonly ContentPart[]): number {
  let sum = 0;
  for (const part of content) {
    if (part.type === 'text' || part.type === 'reasoning') sum += tokens(part.text);
    else if (part.type === 'tool_call') sum += tokens(part.name + part.arguments);
    else if (part.type === 'tool_result') sum += tokensOf(part.content);
    else sum += tokensPerBinaryPart;
  }
  return sum;
}

function tokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}
