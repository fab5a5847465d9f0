import { providerError, type ChatEvent } from '@tako/core/provider';

import { fromAcmeCorpReason, fromAcmeCorpUsage, type AcmeCorpOutcome } from './from-acme-corp.js';

/** The frames we read, one in a line. Source: https://docs.acme-corp.example/api/stream (read on …). */
type AcmeCorpFrame =
  | { readonly kind: 'token'; readonly text: string }
  | ({ readonly kind: 'done' } & AcmeCorpOutcome)
  | { readonly kind: 'unknown' };

/**
 * Maps the vendor's frames to chat events, in order. A frame of a kind that we do not know is skipped: the vendor may
 * add kinds, and running agents must not break.
 *
 * @throws `malformed_response` when a line is no JSON. A stream without its end is noticed by `modelStream`.
 */
export async function* fromAcmeCorpStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<ChatEvent> {
  for await (const line of linesOf(body)) {
    const frame = readFrame(line);
    switch (frame.kind) {
      case 'token':
        yield { type: 'text_delta', index: 0, text: frame.text };
        break;
      case 'done':
        yield {
          type: 'finish',
          finishReason: fromAcmeCorpReason(frame.reason),
          rawFinishReason: frame.reason,
          usage: fromAcmeCorpUsage(frame),
        };
        return;
      case 'unknown':
        break;
    }
  }
}

function readFrame(line: string): AcmeCorpFrame {
  const { kind, text, reason, tokens_in, tokens_out } = readObject(line);
  if (kind === 'token' && typeof text === 'string') return { kind, text };
  if (kind === 'done' && typeof reason === 'string' && typeof tokens_in === 'number' && typeof tokens_out === 'number')
    return { kind, reason, tokens_in, tokens_out };
  return { kind: 'unknown' };
}

function readObject(line: string): { readonly [field: string]: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw providerError('malformed_response', 'the vendor sent a line that is no JSON'); // its text may hold the answer's
  }
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The lines of a body. Chunks end anywhere, in the middle of a character too. Blank lines keep the connection alive. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}
