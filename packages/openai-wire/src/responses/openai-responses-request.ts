import type { OpenAIChatRequest } from '../chat/openai-chat-request.js';

/**
 * The body of a request to OpenAI's Responses API, as far as Tako writes and reads it. Fields that Tako does not know may
 * stand beside these.
 *
 * Source: https://platform.openai.com/docs/api-reference/responses/create (read 2026-11-23).
 */
export interface OpenAIResponsesRequest {
  model: string;
  input: OpenAIItem[];
  tools?: OpenAIResponsesTool[];
  tool_choice?: 'auto' | 'none' | 'required' | { type: 'function'; name: string };
  parallel_tool_calls?: boolean;
  text?: { format: OpenAIResponsesFormat };
  reasoning?: { effort: NonNullable<OpenAIChatRequest['reasoning_effort']> };
  include?: 'reasoning.encrypted_content'[];
  store?: boolean;
  temperature?: number;
  top_p?: number;
  max_output_tokens?: number;
  metadata?: { [key: string]: string };
  prompt_cache_key?: string;
  prompt_cache_retention?: '24h';
  stream?: boolean;
}

/** One item of the conversation. */
export type OpenAIItem =
  | OpenAIInputMessage
  | OpenAISpokenMessage
  | OpenAIReasoningItem
  | OpenAIFunctionCallItem
  | OpenAIFunctionOutputItem;

/** Instructions, or a turn of the person that asks. */
export interface OpenAIInputMessage {
  role: 'system' | 'developer' | 'user';
  content: string | OpenAIInputPart[];
}

/** Text of the model. */
export interface OpenAISpokenMessage {
  role: 'assistant';
  content: string;
  /** What newer models say of their text; they want it back. */
  phase?: 'commentary' | 'final_answer';
}

/** What the model thought, encrypted by OpenAI. */
export interface OpenAIReasoningItem {
  type: 'reasoning';
  id: string;
  summary: { type: 'summary_text'; text: string }[];
  encrypted_content?: string;
}

/** A tool call of the model. */
export interface OpenAIFunctionCallItem {
  type: 'function_call';
  call_id: string;
  name: string;
  arguments: string;
}

/** The result of a tool call. */
export interface OpenAIFunctionOutputItem {
  type: 'function_call_output';
  call_id: string;
  output: string | OpenAIInputPart[];
}

/** One piece of an input message or of a tool's result. */
export type OpenAIInputPart =
  | { type: 'input_text'; text: string }
  | { type: 'input_image'; image_url: string; detail: 'auto' | 'low' | 'high' | 'original' }
  | { type: 'input_file'; file_data: string; filename: string };

/** A tool that is offered. */
export interface OpenAIResponsesTool {
  type: 'function';
  name: string;
  description?: string;
  parameters: { [key: string]: unknown };
  strict: boolean;
}

/** The form of the answer. */
export type OpenAIResponsesFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | { type: 'json_schema'; name: string; schema: { [key: string]: unknown }; description?: string; strict: boolean };
