/**
 * A completion or a chunk of one, as servers really send it: any field may be missing or null, and any may be of
 * another type, so that readers look before they take. OpenAI's own types fit it.
 */
export interface CompletionLike {
  readonly id?: unknown;
  readonly model?: unknown;
  readonly choices?: readonly (ChoiceLike | null)[] | null | undefined;
  readonly usage?: UsageLike | null | undefined;
  /** An error in place of an answer, or in the middle of one. */
  readonly error?: unknown;
}

/** One choice: `message` in a whole answer, `delta` in a chunk. */
export interface ChoiceLike {
  readonly index?: unknown;
  readonly message?: DeltaLike | null | undefined;
  readonly delta?: DeltaLike | null | undefined;
  readonly finish_reason?: unknown;
}

/** What a message holds, or a delta adds. */
export interface DeltaLike {
  readonly content?: unknown;
  readonly refusal?: unknown;
  /** Reasoning text of DeepSeek, vLLM, SGLang and others. */
  readonly reasoning_content?: unknown;
  /** The same with OpenRouter, Groq and newer vLLM. */
  readonly reasoning?: unknown;
  readonly tool_calls?: readonly (ToolCallLike | null)[] | null | undefined;
  /** The only tool call, as old servers tell it. */
  readonly function_call?: FunctionLike | null | undefined;
}

/** A tool call or a piece of one. */
export interface ToolCallLike {
  readonly index?: unknown;
  readonly id?: unknown;
  readonly function?: FunctionLike | null | undefined;
}

/** Name and arguments of a tool call or of a piece of one. */
export interface FunctionLike {
  readonly name?: unknown;
  readonly arguments?: unknown;
}

/** Token counts. */
export interface UsageLike {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  readonly prompt_tokens_details?: TokenDetailsLike | null | undefined;
  readonly completion_tokens_details?: TokenDetailsLike | null | undefined;
}

/** Detailed token counts. */
export interface TokenDetailsLike {
  readonly cached_tokens?: unknown;
  readonly cache_write_tokens?: unknown;
  readonly reasoning_tokens?: unknown;
}
