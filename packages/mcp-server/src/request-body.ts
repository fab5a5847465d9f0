import type { Clock } from '@tako/core';

import { rpcRefusal } from './request-gate.js';
import { within } from './within.js';

/** What bounds a body. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Deeper than any call; shallow enough for whoever walks through it by recursion. */
const deepest = 256;

/** The JSON of a request, or the answer to one that has none that we take. */
export async function jsonOf(
  request: Request,
  { maxBytes, timeoutMs, clock }: BodyLimits,
): Promise<{ readonly value: unknown } | Response> {
  const tooLarge = (): Response => rpcRefusal(413, -32_600, `a message has at most ${maxBytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge();
  let bytes: Uint8Array | undefined;
  const reader = request.body?.getReader();
  try {
    bytes = await within({ signal: request.signal, timeoutMs, clock, what: 'the body' }, () => whole(reader, maxBytes));
  } catch {
    reader?.cancel().catch(() => undefined); // it is given up, whatever comes of it
    return rpcRefusal(408, -32_600, 'the body did not come in time');
  }
  if (bytes === undefined) return tooLarge();
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (depthOf(text) > deepest) return rpcRefusal(400, -32_600, `a message is at most ${deepest} levels deep`);
    return { value };
  } catch {
    return rpcRefusal(400, -32_700, 'that is no JSON in UTF-8');
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** @returns `undefined` for more than `maxBytes` */
async function whole(reader: Reader | undefined, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) return Buffer.concat(chunks);
    size += read.value.length;
    if (size > maxBytes) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(read.value);
  }
}

/** How deep valid JSON is nested. */
function depthOf(json: string): number {
  let depth = 0;
  let most = 0;
  let isText = false;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (isText) {
      if (unit === 0x5c) at++;
      else if (unit === 0x22) isText = false;
    } else if (unit === 0x22) isText = true;
    else if (unit === 0x5b || unit === 0x7b) most = Math.max(most, ++depth);
    else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return most;
}
