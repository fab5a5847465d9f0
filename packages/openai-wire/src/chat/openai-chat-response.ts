import type { OpenAIToolCall } from './openai-chat-request.js';

/**
 * A whole answer of chat completions, as Tako writes it.
 *
 * Source: https://platform.openai.com/docs/api-reference/chat/object (read 2026-11-23). `reasoning_content` is not
 * OpenAI's: DeepSeek, vLLM and others have it, and most clients read it.
 */
export interface OpenAIChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Seconds since 1970-01-01 UTC. */
  created: number;
  model: string;
  choices: OpenAIChoice[];
  usage?: OpenAIUsage;
}

/** The one choice of an answer. */
export interface OpenAIChoice {
  index: 0;
  message: {
    role: 'assistant';
    content: string | null;
    refusal: null;
    reasoning_content?: string;
    tool_calls?: OpenAIToolCall[];
  };
  logprobs: null;
  finish_reason: OpenAIFinishReason;
}

/** Why the model stopped. */
export type OpenAIFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/**
 * A piece of a streamed answer, as Tako writes it.
 *
 * Source: https://platform.openai.com/docs/api-reference/chat-streaming (read 2026-11-23).
 */
export interface OpenAIChatChunk {
  id: string;
  object: 'chat.completion.chunk';
  /** Seconds since 1970-01-01 UTC. */
  created: number;
  model: string;
  choices: OpenAIChunkChoice[];
  /** Null in every chunk but the last, where the client asked for usage; absent where it did not. */
  usage?: OpenAIUsage | null;
}

/** What a chunk adds to the one choice. */
export interface OpenAIChunkChoice {
  index: 0;
  delta: OpenAIDelta;
  finish_reason: OpenAIFinishReason | null;
}

/** What is new. */
export interface OpenAIDelta {
  role?: 'assistant';
  content?: string;
  reasoning_content?: string;
  tool_calls?: OpenAIToolCallDelta[];
}

/** A piece of a tool call; the first one names it. */
export interface OpenAIToolCallDelta {
  index: number;
  id?: string;
  type?: 'function';
  function: { name?: string; arguments: string };
}

/** Tokens used. The details are parts of the totals. */
export interface OpenAIUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number };
  completion_tokens_details?: { reasoning_tokens?: number };
}
