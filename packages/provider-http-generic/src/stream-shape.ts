import { invalidOptions } from '@tako/core/provider';

import { answerShape, type AnswerShape } from './answer-shape.js';
import { jsonPointer } from './json-pointer.js';
import type { HttpGenericStream } from './options.js';

/** How an endpoint streams, ready to be used. */
export interface StreamShape {
  /** Whether frames are lines, in place of an event stream. */
  readonly isLines: boolean;
  /** Absent for OpenAI's shape. */
  readonly answer: AnswerShape | undefined;
  readonly isCumulative: boolean;
  /** Whether a frame's text says that nothing follows. */
  readonly isDoneText: (text: string) => boolean;
  /** Whether a frame says that nothing follows it. */
  readonly isDone: (document: unknown) => boolean;
  /** Whether a body without a last frame must have told why the answer stopped. */
  readonly mustEnd: boolean;
}

/** Checks how an endpoint streams. @throws `invalid` for a format that there is not, or a pointer that is none. */
export function streamShape(stream: HttpGenericStream): StreamShape {
  if (stream.format === 'openai_sse') {
    return { isLines: false, answer: undefined, isCumulative: false, mustEnd: true, ...lastFrame('[DONE]') };
  }
  const { format, cumulative = false, done, finishReason } = stream;
  if (!/^(sse|ndjson)$/.test(format)) {
    throw invalidOptions('httpGeneric', 'stream.format must be openai_sse, sse or ndjson');
  }
  return {
    isLines: format === 'ndjson',
    answer: answerShape(stream, 'stream'),
    isCumulative: cumulative,
    mustEnd: done !== undefined || finishReason !== undefined,
    ...lastFrame(done ?? '[DONE]'),
  };
}

type Done = NonNullable<Extract<HttpGenericStream, { format: 'sse' | 'ndjson' }>['done']>;

function lastFrame(done: Done): Pick<StreamShape, 'isDoneText' | 'isDone'> {
  if (typeof done === 'string') return { isDoneText: (text) => text === done, isDone: () => false };
  const { at, equals = true } = done;
  const pointer = jsonPointer(at, 'stream.done.at');
  const wanted = JSON.stringify(equals);
  return { isDoneText: () => false, isDone: (document) => JSON.stringify(pointer(document)) === wanted };
}
