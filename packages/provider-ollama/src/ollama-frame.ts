/**
 * A line of a streamed answer, or a whole answer, as servers really send it: any field may be missing or of another type,
 * so that readers look before they take.
 *
 * Source: https://github.com/ollama/ollama/blob/main/api/types.go, `ChatResponse` (read 2026-11-23).
 */
export interface OllamaFrame {
  readonly model?: unknown;
  readonly message?: OllamaSaid | null | undefined;
  readonly done?: unknown;
  /** `stop`, `length`; `load` and `unload` where nothing was asked. Older servers have none. */
  readonly done_reason?: unknown;
  /** Zero is left out; so is, by some servers, the count of a prompt that was in their cache. */
  readonly prompt_eval_count?: unknown;
  readonly eval_count?: unknown;
  /** A failure in place of an answer, or in the middle of one. */
  readonly error?: unknown;
}

/** What a frame adds to the answer. */
export interface OllamaSaid {
  readonly content?: unknown;
  readonly thinking?: unknown;
  readonly tool_calls?: readonly (OllamaCalled | null)[] | null | undefined;
}

/** A tool call, whole. */
export interface OllamaCalled {
  /** Newer servers only. */
  readonly id?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown } | null | undefined;
}
