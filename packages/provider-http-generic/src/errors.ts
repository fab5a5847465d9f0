import type { TakoError } from '@tako/core';
import { statusError, type FailedAnswer } from '@tako/core/provider';

import type { AnswerShape } from './answer-shape.js';

/**
 * The error for an answer that is no success: by its status, with what stands at the place for errors, or in one of the
 * usual shapes (`{ error: { message, code, type } }`, `{ error: "…" }`, `{ message }`, text).
 */
export function httpGenericError(
  answer: FailedAnswer,
  shape: AnswerShape | undefined,
  requestIdHeader: string,
): TakoError {
  const { headers, body } = answer;
  const error = shape?.find(parsed(body)).error;
  return statusError({
    ...answer,
    headers: { ...headers, 'x-request-id': headers[requestIdHeader] },
    body: error === undefined ? body : JSON.stringify({ error }),
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a page of a proxy, or nothing
  }
}
