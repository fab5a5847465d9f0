import type { JsonValue } from '@tako/core';

/**
 * The body of a request to `/api/chat`, as far as Tako writes it. What is undefined is not sent.
 *
 * Source: https://github.com/ollama/ollama/blob/main/docs/api.md and api/types.go (read 2026-11-23).
 */
export interface OllamaChatRequest {
  model: string;
  messages: OllamaMessage[];
  tools?: OllamaTool[] | undefined;
  /** Any JSON, or JSON that fits a schema. */
  format?: 'json' | { readonly [key: string]: unknown } | undefined;
  options?: OllamaModelOptions | undefined;
  think?: OllamaThink | undefined;
  keep_alive?: string | number | undefined;
  stream: boolean;
}

/** How the model runs, under the names that Ollama has for it: `num_ctx`, `top_k`, `repeat_penalty` and so on. */
export interface OllamaModelOptions {
  /** How many tokens the prompt and the answer may have together. The server's own default is small: 4096 on many machines. */
  readonly num_ctx?: number | undefined;
  readonly [name: string]: JsonValue | undefined;
}

/** Whether the model thinks before it answers, or how hard. Models that know levels ignore `true`; others know no levels. */
export type OllamaThink = boolean | 'low' | 'medium' | 'high' | 'max';

/** One message. */
export interface OllamaMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  thinking?: string | undefined;
  /** Base64, or an image that is still to be fetched. */
  images?: (string | ImageToFetch)[] | undefined;
  tool_calls?: OllamaToolCall[] | undefined;
  /** Whose result it is. Servers go by the name, newer ones by the id too. */
  tool_name?: string | undefined;
  tool_call_id?: string | undefined;
}

/** The place of an image in a body that is not sent before it is there. */
export interface ImageToFetch {
  readonly url: string;
}

/** A tool call of the model. Its arguments are an object, never text. */
export interface OllamaToolCall {
  id: string;
  function: { name: string; arguments: object };
}

/** A tool that is offered. */
export interface OllamaTool {
  type: 'function';
  function: { name: string; description?: string | undefined; parameters: { readonly [key: string]: unknown } };
}
