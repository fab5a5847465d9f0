import { providerError } from '@tako/core';
import type { OpenAIResponse, OpenAIResponseEvent, OpenAIResponsesWriter } from '@tako/openai-wire';

import type { Answer, Told } from '../answer/answer.js';
import type { TakoEvent } from '../answer/tako-event.js';
import type { Failure } from '../errors/failure.js';

/** Hears what a stream of a response comes to. */
export interface ResponseListener {
  readonly onTold: (event: Told) => void;
  /** Is awaited before the end is told. */
  readonly onEnd: (response: OpenAIResponse) => Promise<void>;
}

/** Events as frames: each is named by its type. */
export function responseFrame(events: readonly OpenAIResponseEvent[]): string {
  let frames = '';
  for (const event of events) frames += `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  return frames;
}

/** A failure in the middle. */
export function responseFailed(writer: OpenAIResponsesWriter, { code, type, message }: Failure): string {
  return responseFrame(writer.fail(code ?? type, message));
}

/**
 * Writes an answer as the frames of a streamed response.
 *
 * @throws what the answer throws; `malformed_response` where it ends without its finish.
 */
export async function* responseFrames(
  { events, tell, settled }: Answer,
  writer: OpenAIResponsesWriter,
  { onTold, onEnd }: ResponseListener,
): AsyncGenerator<string, void, undefined> {
  /** The first event of a response must be its own, and until then a failure can have its status. */
  let held = '';
  for await (const event of events) {
    let frames = '';
    for (const told of tell(event)) {
      onTold(told);
      if (told.type === 'tako') {
        if (writer.hasBegun) frames += takoFrame(told);
        else held += takoFrame(told);
        continue;
      }
      const written = writer.write(told);
      const last = told.type === 'finish' ? written.at(-1) : undefined;
      if (last !== undefined && 'response' in last) {
        await settled();
        await onEnd(last.response);
        yield frames + responseFrame(written.slice(0, -1)) + held + responseFrame(written.slice(-1));
        return;
      }
      frames += responseFrame(written);
      if (!writer.hasBegun) continue;
      frames += held;
      held = '';
    }
    if (frames !== '') yield frames;
  }
  throw providerError('malformed_response', 'the answer ended without its end');
}

function takoFrame({ name, data }: TakoEvent): string {
  return `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`;
}
