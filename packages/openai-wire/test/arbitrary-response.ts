import type { AssistantContent, ChatResponse, Usage } from '@tako/core';
import * as fc from 'fast-check';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const tokens = fc.nat(1e6);

const usage: fc.Arbitrary<Usage> = fc
  .tuple(
    fc.record({ inputTokens: tokens, outputTokens: tokens }),
    fc.record({ cachedInputTokens: tokens, cacheWriteTokens: tokens, reasoningTokens: tokens }, { requiredKeys: [] }),
  )
  .map(([totals, details]) => ({ ...totals, ...details }));

const call = fc.record({
  name: fc.stringMatching(/^[a-z_]{1,9}$/),
  arguments: fc.oneof(fc.json(), fc.constant(''), text),
});

/** Responses in the one form in which they come back: reasoning, then text, then tool calls. */
export const canonicalResponse: fc.Arbitrary<ChatResponse> = fc
  .record({
    reasoning: fc.option(text),
    text: fc.option(text),
    calls: fc.array(call, { maxLength: 3 }),
    reason: fc.constantFrom('stop' as const, 'length' as const, 'content_filter' as const),
    usage: fc.option(usage, { nil: undefined }),
  })
  .map(({ reasoning, text: said, calls, reason, usage: used }) => {
    const content: AssistantContent[] = [];
    if (reasoning !== null) content.push({ type: 'reasoning', text: reasoning });
    if (said !== null) content.push({ type: 'text', text: said });
    for (const [index, each] of calls.entries()) content.push({ type: 'tool_call', id: `call_${index}`, ...each });
    const finishReason = calls.length > 0 && reason === 'stop' ? 'tool_calls' : reason;
    return {
      message: { role: 'assistant', content },
      finishReason,
      rawFinishReason: finishReason,
      ...(used === undefined ? {} : { usage: used }),
      requestId: 'chatcmpl-1',
      model: 'm',
      warnings: [],
    };
  });

/** The same for the Responses API, which has words of its own for the end, tells all counts, and keeps texts apart. */
export const canonicalResponsesResponse: fc.Arbitrary<ChatResponse> = canonicalResponse.map((response) => {
  const { finishReason, usage: used } = response;
  const raw = { length: 'max_output_tokens', content_filter: 'content_filter' }[finishReason as string] ?? 'completed';
  const details = { cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  return { ...response, rawFinishReason: raw, ...(used === undefined ? {} : { usage: { ...details, ...used } }) };
});

/** Cuts bytes into pieces of the given lengths, over and over, down to single bytes. */
export function* cut(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const length = lengths[piece % lengths.length] ?? bytes.length;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** How long the pieces are that a body arrives in. */
export const pieceLengths: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.constant([1]),
  fc.constant([Number.POSITIVE_INFINITY]),
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
);
