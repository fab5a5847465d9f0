/**
 * A body for `POST /v1/messages`, as much of it as is written here. `temperature` and `top_p` ended with the version 2026-10-21.
 *
 * Source: the types of `@anthropic-ai/sdk` 1.12.0 and https://platform.claude.com/docs/en/api/messages (read 2026-11-23).
 */
export interface AnthropicRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: AnthropicText[] | undefined;
  readonly messages: AnthropicMessage[];
  readonly tools?: AnthropicTool[] | undefined;
  readonly tool_choice?: AnthropicToolChoice | undefined;
  readonly thinking?: AnthropicThinking | undefined;
  readonly output_config?:
    | { readonly effort?: AnthropicEffort | undefined; readonly format?: AnthropicFormat | undefined }
    | undefined;
  readonly stop_sequences?: string[] | undefined;
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly metadata?: { readonly user_id: string } | undefined;
  readonly stream?: true | undefined;
}

/** One turn. The vendor joins turns of one role; here they are joined already. */
export interface AnthropicMessage {
  readonly role: 'user' | 'assistant';
  readonly content: AnthropicBlock[];
}

/** One piece of a turn. */
export type AnthropicBlock =
  | AnthropicText
  | AnthropicMedia
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | (Cacheable & {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: { readonly [key: string]: unknown };
    })
  | AnthropicToolResult;

/** What a point of the cache may stand on: all before it, and this. */
interface Cacheable {
  readonly cache_control?: AnthropicCachePoint | undefined;
}

/** Without `ttl` it is five minutes. */
export interface AnthropicCachePoint {
  readonly type: 'ephemeral';
  readonly ttl?: '1h' | undefined;
}

export interface AnthropicText extends Cacheable {
  readonly type: 'text';
  readonly text: string;
}

/** A picture or a document. */
export type AnthropicMedia =
  | (Cacheable & { readonly type: 'image'; readonly source: AnthropicImageSource })
  | (Cacheable & {
      readonly type: 'document';
      readonly source: AnthropicDocumentSource;
      readonly title?: string | undefined;
    });

export type AnthropicImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

type AnthropicImageSource =
  | { readonly type: 'base64'; readonly media_type: AnthropicImageType; readonly data: string }
  | { readonly type: 'url'; readonly url: string };

type AnthropicDocumentSource =
  | { readonly type: 'base64'; readonly media_type: 'application/pdf'; readonly data: string }
  | { readonly type: 'text'; readonly media_type: 'text/plain'; readonly data: string }
  | { readonly type: 'url'; readonly url: string };

interface AnthropicToolResult extends Cacheable {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  readonly content?: (AnthropicText | AnthropicMedia)[] | undefined;
  readonly is_error?: true | undefined;
}

export interface AnthropicTool extends Cacheable {
  readonly name: string;
  readonly description?: string | undefined;
  readonly input_schema: { readonly type: 'object'; readonly [keyword: string]: unknown };
  readonly strict?: true | undefined;
}

export type AnthropicToolChoice =
  | { readonly type: 'auto' | 'any'; readonly disable_parallel_tool_use?: boolean | undefined }
  | { readonly type: 'tool'; readonly name: string; readonly disable_parallel_tool_use?: boolean | undefined }
  | { readonly type: 'none' };

type AnthropicThinking =
  | { readonly type: 'adaptive' | 'disabled' | 'between_tools' }
  | { readonly type: 'enabled'; readonly budget_tokens: number };

export type AnthropicEffort = 'low' | 'medium' | 'high' | 'xhigh';

interface AnthropicFormat {
  readonly type: 'json_schema';
  readonly schema: { readonly [keyword: string]: unknown };
}
