import type { ContentBlock, ConverseCommandOutput } from '@aws-sdk/client-bedrock-runtime';
import { malformedAnswer, type ChatEvent } from '@tako/core/provider';

import { Blocks } from './blocks.js';
import { finishReason, toUsage } from './finish.js';

/**
 * Tells a whole answer as the events that its stream would have had. Blocks that we do not know are left out.
 *
 * @param source a provider's id, for errors
 * @throws `malformed_response` for an answer without a message.
 */
export function* fromBedrock(answer: ConverseCommandOutput, source: string): Generator<ChatEvent> {
  const content: unknown = answer.output?.message?.content;
  if (!Array.isArray(content) || answer.stopReason === undefined) {
    throw malformedAnswer(source, 'answered without a message');
  }
  const blocks = new Blocks();
  // The SDK has read it by its schema; a null is all that may be else.
  for (const [at, block] of (content as (ContentBlock | null)[]).entries()) {
    if (block !== null) yield* fromBlock(block, at, blocks);
  }
  yield {
    type: 'finish',
    finishReason: finishReason(answer.stopReason),
    rawFinishReason: answer.stopReason,
    usage: toUsage(answer.usage),
  };
}

function* fromBlock(block: ContentBlock, at: number, blocks: Blocks): Generator<ChatEvent> {
  const { text, toolUse, reasoningContent, citationsContent } = block;
  if (text !== undefined) yield* blocks.delta(at, { text });
  for (const cited of citationsContent?.content ?? []) yield* blocks.delta(at, { text: cited.text ?? '' });
  if (reasoningContent?.reasoningText !== undefined) {
    const { text: thought = '', signature = '' } = reasoningContent.reasoningText;
    yield* blocks.delta(at, { reasoningContent: { text: thought } });
    yield* blocks.delta(at, { reasoningContent: { signature } });
  } else if (reasoningContent?.redactedContent !== undefined) {
    yield* blocks.delta(at, { reasoningContent: { redactedContent: reasoningContent.redactedContent } });
  }
  if (toolUse !== undefined) {
    yield* blocks.start(at, { toolUse });
    yield* blocks.delta(at, { toolUse: { input: JSON.stringify(toolUse.input ?? {}) } });
    yield* blocks.stop(at);
  }
}
