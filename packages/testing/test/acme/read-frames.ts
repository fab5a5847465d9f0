import { providerError } from '@tako/core/provider';

import type { AcmeFrame } from './acme.js';

/** Decodes bytes as they come. */
export async function* decoded(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

/** Reads frames, in either framing: a line that begins with `data:`, or that is JSON by itself. */
export async function* readFrames(texts: AsyncIterable<string>): AsyncGenerator<AcmeFrame> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    // A CR at the end may be the first half of a line end: splitting waits for the other one.
    for (const line of lines) yield* frameIn(line);
  }
  yield* frameIn(rest);
}

function* frameIn(line: string): Generator<AcmeFrame> {
  const text = line.replace(/^data: ?/, '').trim();
  if (text === '' || text.startsWith(':')) return;
  try {
    yield JSON.parse(text) as AcmeFrame; // kinds that are not known are skipped by who reads them
  } catch {
    throw providerError('malformed_response', 'acme: a frame is not JSON');
  }
}
