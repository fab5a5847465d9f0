/**
 * An answer, or a piece of one, as it may come: every field may be missing or of another type.
 *
 * Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini and the types of
 * `@google/genai` 1.52 (read 2026-11-23).
 */
export interface VertexResponseLike {
  readonly candidates?: readonly (VertexCandidateLike | null)[] | null;
  /** There when the prompt was blocked: no candidates then. */
  readonly promptFeedback?: { readonly blockReason?: unknown } | null;
  readonly usageMetadata?: VertexUsageLike | null;
  readonly modelVersion?: unknown;
  readonly responseId?: unknown;
  /** A failure in the shape of google.rpc.Status. */
  readonly error?: unknown;
}

/** One of the answers; we ask for one. */
interface VertexCandidateLike {
  readonly content?: { readonly parts?: readonly (VertexPartLike | null)[] | null } | null;
  readonly finishReason?: unknown;
  readonly index?: unknown;
}

/** A piece of an answer. */
export interface VertexPartLike {
  readonly text?: unknown;
  readonly thought?: unknown;
  readonly thoughtSignature?: unknown;
  readonly functionCall?: {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly args?: unknown;
    readonly partialArgs?: unknown;
    readonly willContinue?: unknown;
  } | null;
  readonly inlineData?: unknown;
  readonly fileData?: unknown;
}

/** Counts of tokens. The total is the sum of prompt, tool use prompt, candidates and thoughts. */
export interface VertexUsageLike {
  readonly promptTokenCount?: unknown;
  readonly cachedContentTokenCount?: unknown;
  readonly toolUsePromptTokenCount?: unknown;
  readonly candidatesTokenCount?: unknown;
  readonly thoughtsTokenCount?: unknown;
}
