import type { HttpResponse } from '@tako/core';
import type { APIError } from 'openai';

/**
 * An answer that is no success, on its way past the package `openai`: the SDK would keep only the field `error` of its body, and
 * what Azure's gateway refuses is told in others.
 */
export class Unsuccessful extends Error {
  readonly answer: HttpResponse;

  constructor(answer: HttpResponse) {
    super('no success'); // the SDK looks for the word for a limit that has passed in here
    this.answer = answer;
  }
}

/**
 * The answer that the package `openai` made an error of, so that both doors judge answers by the same rules. What is no
 * answer (a failed connection) is thrown as it is.
 */
export function answerOf(error: unknown): HttpResponse {
  if (error instanceof Error && error.cause instanceof Unsuccessful) return error.cause.answer;
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

/** An answer of the platform's `fetch` as `HttpResponse`. */
export function httpResponse({ status, headers, body }: Response): HttpResponse {
  return { status, headers: Object.fromEntries(headers), body: body ?? nothing() };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
