/**
 * A response of the Responses API as servers really send it: any field may be missing, null, or of another type. OpenAI's
 * own types fit it.
 */
export interface ResponseLike {
  readonly id?: unknown;
  readonly model?: unknown;
  readonly status?: unknown;
  readonly output?: readonly (ItemLike | null)[] | null | undefined;
  readonly usage?: ResponseUsageLike | null | undefined;
  readonly incomplete_details?: { readonly reason?: unknown } | null | undefined;
  readonly error?: unknown;
}

/** One item of the output. */
export interface ItemLike {
  readonly type?: unknown;
  readonly id?: unknown;
  /** Of a message or of reasoning. */
  readonly content?: unknown;
  readonly phase?: unknown;
  /** Of reasoning. */
  readonly summary?: unknown;
  readonly encrypted_content?: unknown;
  /** Of a tool call. */
  readonly call_id?: unknown;
  readonly name?: unknown;
  readonly arguments?: unknown;
}

/** One event of a streamed response. */
export interface ResponseEventLike {
  readonly type?: unknown;
  readonly response?: ResponseLike | null | undefined;
  readonly item?: ItemLike | null | undefined;
  readonly output_index?: unknown;
  readonly summary_index?: unknown;
  readonly delta?: unknown;
  readonly error?: unknown;
  /** Of an `error` event. */
  readonly code?: unknown;
  readonly message?: unknown;
}

/** Token counts. */
export interface ResponseUsageLike {
  readonly input_tokens?: unknown;
  readonly output_tokens?: unknown;
  readonly input_tokens_details?:
    | { readonly cached_tokens?: unknown; readonly cache_write_tokens?: unknown }
    | null
    | undefined;
  readonly output_tokens_details?: { readonly reasoning_tokens?: unknown } | null | undefined;
}
