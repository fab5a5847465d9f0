import type { AssistantContent, ChatRequest, ChatResponse, Clock, FinishReason, Usage } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { AnswerHead } from '../server/to-openai-response.js';
import type { OpenAIOutputItem, OpenAIResponse, OpenAIResponseUsage } from './openai-response.js';
import type { OpenAIResponsesRequest } from './openai-responses-request.js';
import { toOpenAIResponses } from './to-openai-responses.js';

/** What a response says about itself, and of what was asked. */
export interface ResponsesHead extends AnswerHead {
  /** The request that is answered: its parameters stand in the response. @defaultValue they say OpenAI's defaults */
  readonly request?: ChatRequest | undefined;
  /** @defaultValue none */
  readonly previousResponseId?: string | undefined;
  /** The system text that the client gave for this response alone. @defaultValue none */
  readonly instructions?: string | undefined;
  /** Whether the response can be asked for again. @defaultValue false */
  readonly store?: boolean | undefined;
  /** Says when the response was complete. @defaultValue it is not said */
  readonly clock?: Clock | undefined;
}

/**
 * Writes a response as one of the Responses API, the server's side of `fromOpenAIResponses`. The finish reasons `length` and
 * `content_filter` make it `incomplete`; `error` and `other`, for which OpenAI has no word, `completed`.
 *
 * @param head the id is for example `resp_…`
 * @throws `unsupported` where the answer holds media.
 */
export function toOpenAIResponsesResponse(response: ChatResponse, head: ResponsesHead): OpenAIResponse {
  const { finishReason, usage, message } = response;
  const status = responseStatus(finishReason);
  return {
    ...responseHead(head),
    ...status,
    completed_at: status.status === 'completed' && head.clock !== undefined ? seconds(head.clock) : null,
    output: message.content.map((part, index) => toOutputItem(part, head, index)),
    output_text: message.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    usage: usage === undefined ? null : toResponseUsage(usage),
  };
}

/** A response that has just begun. */
export function responseHead(head: ResponsesHead): OpenAIResponse {
  const { id, model, created, request, previousResponseId = null, instructions = null, store = false } = head;
  const {
    text,
    tool_choice: toolChoice,
    tools,
  }: Partial<OpenAIResponsesRequest> = request === undefined ? {} : toOpenAIResponses(asked(request), { model }).body;
  return {
    id,
    object: 'response',
    created_at: created,
    completed_at: null,
    status: 'in_progress',
    model,
    output: [],
    output_text: '',
    error: null,
    incomplete_details: null,
    usage: null,
    access_programs: null,
    background: false,
    frequency_penalty: 0,
    instructions,
    max_output_tokens: request?.maxOutputTokens ?? null,
    max_tool_calls: null,
    metadata: { ...request?.metadata },
    parallel_tool_calls: request?.parallelToolCalls ?? true,
    presence_penalty: 0,
    previous_response_id: previousResponseId,
    prompt_cache_key: null,
    reasoning: { effort: request?.reasoning?.effort ?? null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store,
    temperature: request?.temperature ?? 1,
    text: text ?? { format: { type: 'text' } },
    tool_choice: toolChoice ?? 'auto',
    tools: (tools ?? []).map((tool) => ({ ...tool, description: tool.description ?? null })),
    top_logprobs: 0,
    top_p: request?.topP ?? 1,
    truncation: 'disabled',
  };
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1_000);
}

/** What of a request a response repeats, and has other words for. */
function asked({ tools, toolChoice, responseFormat }: ChatRequest): ChatRequest {
  return { messages: [], tools, toolChoice, responseFormat };
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
