import { OpenAIChunkWriter, type StreamHead } from '@tako/openai-wire';
import { providerError } from '@tako/core';

import type { Answer, Told } from '../answer/answer.js';
import type { TakoEvent } from '../answer/tako-event.js';
import { errorBody, type Failure } from '../errors/failure.js';

/** A comment: every client skips it. */
export const chatKeepAlive = ': ping\n\n';

/** A failure in the middle. No `[DONE]` and no finish reason follow. */
export function chatFailed(failure: Failure): string {
  return `data: ${errorBody(failure)}\n\n`;
}

/**
 * Writes an answer as the frames of a chat completion stream.
 *
 * @param onTold hears every event that was written
 * @throws what the answer throws; `malformed_response` where it ends without its finish.
 */
export async function* chatFrames(
  { events, tell, settled }: Answer,
  head: StreamHead,
  onTold: (event: Told) => void,
): AsyncGenerator<string, void, undefined> {
  const writer = new OpenAIChunkWriter(head);
  /** Events of the run from before anything was done: with them, a failure would lose its status. */
  let held = '';
  for await (const event of events) {
    let frames = '';
    for (const told of tell(event)) {
      onTold(told);
      if (told.type === 'tako') {
        if (told.isProgress) frames += takoFrame(told);
        else held += takoFrame(told);
        continue;
      }
      for (const chunk of writer.write(told)) frames += `data: ${JSON.stringify(chunk)}\n\n`;
      if (told.type === 'finish') {
        await settled();
        yield `${held}${frames}data: [DONE]\n\n`;
        return;
      }
    }
    if (frames !== '') {
      yield held + frames;
      held = '';
    }
  }
  throw providerError('malformed_response', 'the answer ended without its end');
}

function takoFrame({ name, data }: TakoEvent): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
