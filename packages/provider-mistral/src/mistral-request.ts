import type { OpenAIChatRequest, OpenAIImagePart, OpenAITextPart, OpenAIToolCall } from '@tako/openai-wire';

/** The fields in which Mistral's body is not OpenAI's. */
type OtherFields =
  | 'messages'
  | 'tool_choice'
  | 'max_completion_tokens'
  | 'seed'
  | 'prompt_cache_retention'
  | 'stream_options';

/**
 * The body of a request to Mistral's chat completions, as far as Tako writes it. Mistral refuses fields that it does not
 * know.
 *
 * Source: https://docs.mistral.ai/openapi.yaml, `ChatCompletionRequest` (read 2026-11-23).
 */
export interface MistralChatRequest extends Omit<OpenAIChatRequest, OtherFields> {
  messages: MistralMessage[];
  /** `any`: the model must call a tool. */
  tool_choice?: 'auto' | 'none' | 'any' | { type: 'function'; function: { name: string } };
  random_seed?: number;
  safe_prompt?: boolean;
}

/** One message. */
export type MistralMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | MistralChunk[] }
  | MistralAssistantMessage
  | { role: 'tool'; tool_call_id: string; content: string };

/** A turn of the model. With `prefix` the answer begins with it. */
export interface MistralAssistantMessage {
  role: 'assistant';
  content: string | MistralChunk[] | null;
  tool_calls?: OpenAIToolCall[];
  prefix?: true;
}

/** One piece of a message. */
export type MistralChunk =
  | OpenAITextPart
  | OpenAIImagePart
  | { type: 'document_url'; document_url: string; document_name: string }
  | { type: 'input_audio'; input_audio: string }
  | { type: 'thinking'; thinking: OpenAITextPart[]; signature?: string };
