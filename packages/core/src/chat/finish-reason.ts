/**
 * Why a model stopped.
 *
 * - `stop`: it was done, or met a stop sequence
 * - `length`: it reached the limit of output tokens, or of the context
 * - `tool_calls`: it waits for tools
 * - `content_filter`: the vendor withheld the rest, or the model refused
 * - `error`: the vendor says that the generation failed
 * - `other`: a reason we do not know; the vendor's word is in `rawFinishReason`
 */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'error' | 'other';
