import type { ChoiceLike, CompletionLike, DeltaLike, ToolCallLike } from '@tako/openai-wire';

/** What else a chunk says, besides what `@tako/openai-wire` reads. */
export interface Told {
  /** The signature of what the model thought, where the chunk ends with one. */
  signature?: string | undefined;
}

/**
 * A completion or a chunk of one, as `@tako/openai-wire` reads it: content is text, reasoning is `reasoning_content`.
 *
 * Mistral's content is text or a list of chunks: `text`, `thinking`, `reference` and others, which are skipped.
 * Source: https://docs.mistral.ai/openapi.yaml, `DeltaMessage` (read 2026-11-23).
 */
export function plainChunk(chunk: CompletionLike | null, told: Told): CompletionLike | null {
  if (!Array.isArray(chunk?.choices)) return chunk;
  return { ...chunk, choices: chunk.choices.map((choice: ChoiceLike | null) => plainChoice(choice, told)) };
}

function plainChoice(choice: ChoiceLike | null, told: Told): ChoiceLike | null {
  if (choice?.delta) return { ...choice, delta: plainDelta(choice.delta, told) };
  if (choice?.message) return { ...choice, message: plainDelta(choice.message, told) };
  return choice;
}

function plainDelta(delta: DeltaLike, told: Told): DeltaLike {
  const { content, tool_calls: calls } = delta;
  const named = Array.isArray(calls) ? { tool_calls: calls.map(withoutNullId) } : {};
  if (!Array.isArray(content)) return { ...delta, ...named };
  let text = '';
  let thought = '';
  const pieces: readonly unknown[] = content;
  for (const piece of pieces) {
    const { type, text: said, thinking, signature } = fieldsOf(piece);
    if (type === 'text') text += textOf(said);
    if (type !== 'thinking') continue;
    thought += thinkingText(thinking);
    if (typeof signature === 'string' && signature !== '') told.signature = signature;
  }
  return { ...delta, ...named, content: text, reasoning_content: thought };
}

/** Mistral's own default for an id that is not there is the text `null`. */
function withoutNullId(call: ToolCallLike | null): ToolCallLike | null {
  return call?.id === 'null' ? { ...call, id: undefined } : call;
}

function thinkingText(thinking: unknown): string {
  if (!Array.isArray(thinking)) return textOf(thinking);
  const pieces: readonly unknown[] = thinking;
  return pieces.map((piece) => textOf(fieldsOf(piece).text)).join('');
}

interface Fields {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly thinking?: unknown;
  readonly signature?: unknown;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
