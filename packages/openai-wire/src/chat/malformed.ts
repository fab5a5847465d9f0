import type { TakoError } from '@tako/core';
import { malformedAnswer } from '@tako/core/provider';

import type { FromOpenAIOptions } from './vendor-failure.js';

/** The error for an answer that cannot be understood: code `malformed_response`. */
export function malformed(what: string, { source = 'openai' }: FromOpenAIOptions, cause?: unknown): TakoError {
  return malformedAnswer(source, what, cause);
}
