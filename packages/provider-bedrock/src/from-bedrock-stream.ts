import type { ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import { malformedAnswer, type ChatEvent } from '@tako/core/provider';

import { Blocks } from './blocks.js';
import { finishReason, toUsage } from './finish.js';

/** What the reader of a stream is told besides its events. */
export interface StreamContext {
  /** A provider's id, for errors. */
  readonly source: string;
  /** Is told the trace of a guardrail. */
  readonly onMetadata: (metadata: NonNullable<ConverseStreamOutput['metadata']>) => void;
  /** Reads the end of the body, once the last event is there. */
  readonly onDone: () => Promise<void>;
}

/**
 * Maps Bedrock's events to chat events, in order. Events and blocks that we do not know are left out, tool calls that Bedrock
 * answers itself too. `metadata`, with the usage, is the last event; a stream that ends in good order without it has
 * none to tell.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html (read 2026-11-23).
 *
 * @throws `malformed_response` for a stream that ends before `messageStop`.
 */
export async function* fromBedrockStream(
  events: AsyncIterable<ConverseStreamOutput>,
  { source, onMetadata, onDone }: StreamContext,
): AsyncGenerator<ChatEvent> {
  const blocks = new Blocks();
  let stopReason: string | undefined;
  let usage: ReturnType<typeof toUsage>;
  for await (const event of events) {
    if (event.contentBlockDelta !== undefined) {
      const { contentBlockIndex = 0, delta } = event.contentBlockDelta;
      if (delta !== undefined) yield* blocks.delta(contentBlockIndex, delta);
    } else if (event.contentBlockStart !== undefined) {
      const { contentBlockIndex = 0, start } = event.contentBlockStart;
      if (start !== undefined) yield* blocks.start(contentBlockIndex, start);
    } else if (event.contentBlockStop !== undefined) {
      yield* blocks.stop(event.contentBlockStop.contentBlockIndex ?? 0);
    } else if (event.messageStop !== undefined) {
      yield* blocks.stopAll();
      stopReason = String(event.messageStop.stopReason);
    } else if (event.metadata !== undefined) {
      usage = toUsage(event.metadata.usage);
      onMetadata(event.metadata);
      if (stopReason === undefined) continue; // no answer: the end of the stream tells
      await onDone();
      break;
    }
  }
  if (stopReason === undefined) {
    throw malformedAnswer(source, 'ended its stream before the end of the message');
  }
  yield { type: 'finish', finishReason: finishReason(stopReason), rawFinishReason: stopReason, usage };
}
