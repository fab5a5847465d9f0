import type { Clock } from '@tako/core';

import { Refusal, refused } from '../errors/failure.js';
import { onlyHeader, type ReadBody, type RequestHead } from '../http/exchange.js';
import { readJson, type JsonLimits } from './read-json.js';

/** What bounds a body. */
export interface BodyLimits extends JsonLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}

const close = { connection: 'close' };

/**
 * The JSON of a request. What cannot be right is refused before a byte of it is read.
 *
 * @throws Refusal; what the connection throws.
 */
export async function readRequestBody(
  head: RequestHead,
  readBody: ReadBody,
  limits: BodyLimits,
  clock: Clock,
): Promise<unknown> {
  const { maxBodyBytes, bodyTimeoutMs } = limits;
  if (!isJson(head)) {
    const message = 'Send the body as application/json in UTF-8.';
    throw new Refusal(refused(415, 'unsupported_media_type', message, { headers: close }));
  }
  if (head.headers['content-encoding'] !== undefined) {
    throw new Refusal(refused(415, 'unsupported_encoding', 'Send the body uncompressed.', { headers: close }));
  }
  const tooLarge = refused(413, 'body_too_large', `A body has at most ${maxBodyBytes} bytes.`, { headers: close });
  if (Number(onlyHeader(head, 'content-length') ?? 0) > maxBodyBytes) throw new Refusal(tooLarge);

  const stopped = new AbortController();
  const stopTimer = clock.after(bodyTimeoutMs, () => {
    stopped.abort(new Refusal(refused(408, 'body_timeout', 'The body did not come in time.', { headers: close })));
  });
  const onGone = (): void => {
    stopped.abort(head.signal.reason);
  };
  head.signal.addEventListener('abort', onGone, { once: true });
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readBody(maxBodyBytes, stopped.signal);
  } finally {
    stopTimer();
    head.signal.removeEventListener('abort', onGone);
  }
  if (bytes === undefined) throw new Refusal(tooLarge);
  const read = readJson(bytes, limits);
  if ('failure' in read) throw new Refusal(read.failure);
  return read.value;
}

/** One header, one media type, UTF-8 if anything is said of it: nothing that two readers could understand in two ways. */
function isJson(head: RequestHead): boolean {
  return /^application\/json *(; *charset="?utf-8"? *)?$/i.test(onlyHeader(head, 'content-type') ?? '');
}
