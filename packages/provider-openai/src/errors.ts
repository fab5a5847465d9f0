import type { HttpResponse } from '@tako/core';
import type { APIError } from 'openai';

/**
 * The answer that the package `openai` made an error of, so that both doors judge answers by the same rules. What is no
 * answer (a failed connection) is thrown as it is.
 */
export function answerOf(error: unknown): HttpResponse {
  if (!isAnswer(error)) throw error;
  const { status, headers } = error;
  // The SDK keeps `error` of a JSON body, or else the text of the body, behind the status.
  const said = error.message.replace(/^\d+ (status code \(no body\)$)?/, '');
  const text = error.error === undefined ? said : JSON.stringify({ error: error.error });
  return { status, headers: Object.fromEntries(headers), body: bytesOf(text) };
}

/** By shape, not by class: a client that was handed in may come from another copy of the package. */
function isAnswer(error: unknown): error is APIError<number, Headers> {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && 'headers' in error;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
