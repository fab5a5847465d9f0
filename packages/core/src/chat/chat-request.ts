import type { JsonObject, JsonSchema } from '../json.js';
import type { Message } from '../message/message.js';

/** A tool as a model sees it. */
export interface ToolSchema {
  /** 1 to 64 characters out of `a-z A-Z 0-9 _ -`: what every vendor accepts. */
  readonly name: string;
  /** Tells the model when and how to use the tool. */
  readonly description?: string | undefined;
  /** The arguments: a JSON Schema of type `object`. */
  readonly inputSchema: JsonSchema;
  /** Ask the vendor to hold the model to the schema, where it can. */
  readonly strict?: boolean | undefined;
}

/** Whether the model may, must or must not call a tool, or which one it must call. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** The form of the answer. `json` is any JSON object; `json_schema` is bound to a schema. */
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json_schema';
      /** A short name for the schema, `a-z A-Z 0-9 _ -`. */
      readonly name: string;
      readonly schema: JsonSchema;
      readonly description?: string | undefined;
      /** Ask the vendor to guarantee the schema. @defaultValue true */
      readonly strict?: boolean | undefined;
    };

/** How hard a reasoning model should think. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

/** How the vendor should reuse the beginning of the prompt. */
export interface CacheHint {
  /** How long the vendor should keep it, in milliseconds; adapters take the nearest that the vendor has. */
  readonly ttlMs?: number | undefined;
  /** Groups requests that share a beginning (OpenAI's `prompt_cache_key`). */
  readonly key?: string | undefined;
}

/** One request to a model. Everything but `messages` may be left to the vendor's default. */
export interface ChatRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolSchema[] | undefined;
  /** @defaultValue `auto` where there are tools */
  readonly toolChoice?: ToolChoice | undefined;
  /** Whether one answer may hold several tool calls. */
  readonly parallelToolCalls?: boolean | undefined;
  readonly responseFormat?: ResponseFormat | undefined;
  /** Randomness, 0 to 2 with most vendors. */
  readonly temperature?: number | undefined;
  /** Nucleus sampling, 0 to 1. */
  readonly topP?: number | undefined;
  /** Longest answer, in tokens, reasoning included. */
  readonly maxOutputTokens?: number | undefined;
  /** Texts that end the answer; the text itself is not part of it. */
  readonly stop?: readonly string[] | undefined;
  /** Asks for repeatable sampling, where the vendor offers it. */
  readonly seed?: number | undefined;
  readonly reasoning?: { readonly effort: ReasoningEffort } | undefined;
  readonly cache?: CacheHint | undefined;
  /** Labels that the vendor stores with the request. */
  readonly metadata?: { readonly [key: string]: string } | undefined;
  /** The escape hatch: fields for one vendor's wire, by vendor name, merged into the body last. */
  readonly vendorOptions?: { readonly [vendor: string]: JsonObject } | undefined;
}
