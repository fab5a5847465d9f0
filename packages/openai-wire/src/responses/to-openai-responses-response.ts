import type { AssistantContent, ChatResponse, FinishReason, Usage } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { AnswerHead } from '../server/to-openai-response.js';
import type { OpenAIOutputItem, OpenAIResponse, OpenAIResponseUsage } from './openai-response.js';

/**
 * Writes a response as one of the Responses API, the server's side of `fromOpenAIResponses`. The finish reasons `length` and
 * `content_filter` make it `incomplete`; `error` and `other`, for which OpenAI has no word, `completed`.
 *
 * @param head the id is for example `resp_…`
 * @throws `unsupported` where the answer holds media.
 */
export function toOpenAIResponsesResponse(response: ChatResponse, head: AnswerHead): OpenAIResponse {
  const { finishReason, usage, message } = response;
  const status = responseStatus(finishReason);
  return {
    ...responseHead(head),
    ...status,
    output: message.content.map((part, index) => toOutputItem(part, head, index)),
    output_text: message.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    ...(usage === undefined ? {} : { usage: toResponseUsage(usage) }),
  };
}

/** A response that has just begun. */
export function responseHead({ id, model, created }: AnswerHead): OpenAIResponse {
  return {
    id,
    object: 'response',
    created_at: created,
    status: 'in_progress',
    model,
    output: [],
    output_text: '',
    error: null,
    incomplete_details: null,
    access_programs: null,
    instructions: null,
    metadata: null,
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
  };
}

/** How a response ended. */
function responseStatus(
  reason: FinishReason,
): { readonly status: 'completed' | 'incomplete' } & Pick<OpenAIResponse, 'incomplete_details'> {
  if (reason === 'length') return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (reason === 'content_filter') return { status: 'incomplete', incomplete_details: { reason } };
  return { status: 'completed', incomplete_details: null };
}

/** Writes one part as an item. Ids are unique in the response and, with its id, beyond. */
export function toOutputItem(
  part: AssistantContent,
  head: AnswerHead,
  index: number,
  status: OpenAIOutputItem['status'] = 'completed',
): OpenAIOutputItem {
  const place = `${head.id}_${index}`;
  switch (part.type) {
    case 'text':
      return {
        type: 'message',
        id: `msg_${place}`,
        status,
        role: 'assistant',
        content: [{ type: 'output_text', text: part.text, annotations: [] }],
      };
    case 'reasoning': {
      const data = part.vendorData?.vendor === 'openai' ? part.vendorData.data : undefined;
      // OpenAI's own state goes through to the client, who hands it back.
      const encrypted =
        typeof data === 'object' && data !== null && 'encrypted_content' in data && data['encrypted_content'];
      return {
        type: 'reasoning',
        id: `rs_${place}`,
        status,
        summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }],
        ...(typeof encrypted === 'string' ? { encrypted_content: encrypted } : {}),
      };
    }
    case 'tool_call':
      return {
        type: 'function_call',
        id: `fc_${place}`,
        status,
        call_id: part.id,
        name: part.name,
        arguments: part.arguments,
      };
    default:
      throw unsupported('the Responses API', `an answer with a part of type ${part.type}`);
  }
}

/** Writes token counts; what is not known is 0, since clients want all of them. */
function toResponseUsage(usage: Usage): OpenAIResponseUsage {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
