import type { HttpRequest, HttpResponse } from '@tako/core';

/** A request to loopback, as far as a test says nothing else. */
export function request(port: number, rest: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    url: `http://127.0.0.1:${port}/`,
    headers: {},
    signal: new AbortController().signal,
    ...rest,
  };
}

/** The whole body as text. */
export async function text({ body }: HttpResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
