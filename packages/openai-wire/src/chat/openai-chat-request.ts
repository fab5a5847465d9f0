/**
 * The body of a request to OpenAI's chat completions, as far as Tako writes and reads it. Fields that Tako does not
 * know may stand beside these.
 *
 * The shapes fit those of the package `openai`, which nobody needs to install for them.
 * Source: https://platform.openai.com/docs/api-reference/chat/create (read 2026-11-23).
 */
export interface OpenAIChatRequest {
  model: string;
  messages: OpenAIMessage[];
  tools?: OpenAITool[];
  tool_choice?: OpenAIToolChoice;
  parallel_tool_calls?: boolean;
  response_format?: OpenAIResponseFormat;
  temperature?: number;
  top_p?: number;
  max_completion_tokens?: number;
  /** The older name of `max_completion_tokens`. */
  max_tokens?: number;
  stop?: string[];
  seed?: number;
  reasoning_effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';
  metadata?: { [key: string]: string };
  prompt_cache_key?: string;
  prompt_cache_retention?: '24h';
  stream?: boolean;
  stream_options?: { include_usage: boolean };
}

/** One message. `developer` is what newer models call `system`; Tako reads both and writes `system`. */
export type OpenAIMessage = OpenAISystemMessage | OpenAIUserMessage | OpenAIAssistantMessage | OpenAIToolMessage;

/** Standing instructions. */
export interface OpenAISystemMessage {
  role: 'system' | 'developer';
  content: string | OpenAITextPart[];
}

/** A turn of the person that asks. */
export interface OpenAIUserMessage {
  role: 'user';
  content: string | OpenAIContentPart[];
}

/** A turn of the model. */
export interface OpenAIAssistantMessage {
  role: 'assistant';
  content: string | null;
  tool_calls?: OpenAIToolCall[];
}

/** The result of one tool call, text only. */
export interface OpenAIToolMessage {
  role: 'tool';
  tool_call_id: string;
  content: string | OpenAITextPart[];
}

/** One piece of a user message. */
export type OpenAIContentPart = OpenAITextPart | OpenAIImagePart | OpenAIAudioPart | OpenAIFilePart;

/** Text. */
export interface OpenAITextPart {
  type: 'text';
  text: string;
}

/** An image by URL, or as a data URL. */
export interface OpenAIImagePart {
  type: 'image_url';
  image_url: { url: string; detail?: 'auto' | 'low' | 'high' | 'original' };
}

/** Sound, base64. */
export interface OpenAIAudioPart {
  type: 'input_audio';
  input_audio: { data: string; format: 'wav' | 'mp3' };
}

/** A document as a data URL. */
export interface OpenAIFilePart {
  type: 'file';
  file: { file_data: string; filename: string };
}

/** A tool call of the model. */
export interface OpenAIToolCall {
  id: string;
  type: 'function';
  /** `arguments` is raw JSON text as the model wrote it. */
  function: { name: string; arguments: string };
}

/** A tool that is offered. */
export interface OpenAITool {
  type: 'function';
  function: { name: string; description?: string; parameters?: { [key: string]: unknown }; strict?: boolean };
}

/** Whether the model may, must or must not call a tool, or which one it must call. */
export type OpenAIToolChoice = 'auto' | 'none' | 'required' | { type: 'function'; function: { name: string } };

/** The form of the answer. */
export type OpenAIResponseFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      json_schema: { name: string; schema?: { [key: string]: unknown }; description?: string; strict?: boolean };
    };
