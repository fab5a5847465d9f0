import type { OpenAIResponsesRequest, OpenAIResponsesTool } from './openai-responses-request.js';

/**
 * A response of the Responses API, as Tako writes it. Where it is not known what was asked, the fields that repeat the
 * request say its defaults.
 *
 * Sources: https://platform.openai.com/docs/api-reference/responses/object, and the schema of https://www.openresponses.org, by
 * which no field may be absent (read 2026-11-23).
 */
export interface OpenAIResponse {
  id: string;
  object: 'response';
  /** Seconds since 1970-01-01 UTC. */
  created_at: number;
  /** The same, when it was complete; `null` until then, and where nobody knows. */
  completed_at: number | null;
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  model: string;
  output: OpenAIOutputItem[];
  output_text: string;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: 'max_output_tokens' | 'content_filter' } | null;
  /** `null` until it is known. */
  usage: OpenAIResponseUsage | null;
  access_programs: null;
  background: false;
  frequency_penalty: 0;
  instructions: string | null;
  max_output_tokens: number | null;
  max_tool_calls: null;
  metadata: { [key: string]: string };
  parallel_tool_calls: boolean;
  presence_penalty: 0;
  previous_response_id: string | null;
  prompt_cache_key: null;
  reasoning: { effort: NonNullable<OpenAIResponsesRequest['reasoning']>['effort'] | null; summary: null };
  safety_identifier: null;
  service_tier: 'default';
  store: boolean;
  temperature: number;
  text: NonNullable<OpenAIResponsesRequest['text']>;
  tool_choice: NonNullable<OpenAIResponsesRequest['tool_choice']>;
  tools: (Omit<OpenAIResponsesTool, 'description'> & { description: string | null })[];
  top_logprobs: 0;
  top_p: number;
  truncation: 'disabled';
}

/** One item of the output. */
export type OpenAIOutputItem = OpenAIOutputMessage | OpenAIOutputReasoning | OpenAIOutputCall;

/** How far an item is. */
type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** Text of the model. */
export interface OpenAIOutputMessage {
  type: 'message';
  id: string;
  status: ItemStatus;
  role: 'assistant';
  content: OpenAIOutputText[];
}

/** A piece of text of the model. */
export interface OpenAIOutputText {
  type: 'output_text';
  text: string;
  annotations: [];
}

/** What the model thought. */
export interface OpenAIOutputReasoning {
  type: 'reasoning';
  id: string;
  status: ItemStatus;
  summary: { type: 'summary_text'; text: string }[];
  encrypted_content?: string;
}

/** A tool call of the model. */
export interface OpenAIOutputCall {
  type: 'function_call';
  id: string;
  status: ItemStatus;
  call_id: string;
  name: string;
  arguments: string;
}

/** Tokens used. The details are parts of the totals. */
export interface OpenAIResponseUsage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

/** One event of a streamed response, as Tako writes it. The events count up in `sequence_number`, from 0. */
export type OpenAIResponseEvent = { sequence_number: number } & (
  | {
      type:
        | 'response.created'
        | 'response.in_progress'
        | 'response.completed'
        | 'response.incomplete'
        | 'response.failed';
      response: OpenAIResponse;
    }
  | { type: 'response.output_item.added' | 'response.output_item.done'; output_index: number; item: OpenAIOutputItem }
  | ({ type: 'response.content_part.added' | 'response.content_part.done'; part: OpenAIOutputText } & ContentPlace)
  | ({ type: 'response.output_text.delta'; delta: string; logprobs: [] } & ContentPlace)
  | ({ type: 'response.output_text.done'; text: string; logprobs: [] } & ContentPlace)
  | ({
      type: 'response.reasoning_summary_part.added' | 'response.reasoning_summary_part.done';
      part: { type: 'summary_text'; text: string };
    } & SummaryPlace)
  | ({ type: 'response.reasoning_summary_text.delta'; delta: string } & SummaryPlace)
  | ({ type: 'response.reasoning_summary_text.done'; text: string } & SummaryPlace)
  | ({ type: 'response.function_call_arguments.delta'; delta: string } & ItemPlace)
  | ({ type: 'response.function_call_arguments.done'; name: string; arguments: string } & ItemPlace)
  | {
      type: 'error';
      code: string;
      message: string;
      param: null;
      /** The same once more: some clients look here. */
      error: { type: string; code: string; message: string; param: null };
    }
);

/** Which item an event is about. */
interface ItemPlace {
  item_id: string;
  output_index: number;
}

interface ContentPlace extends ItemPlace {
  content_index: 0;
}

interface SummaryPlace extends ItemPlace {
  summary_index: 0;
}
