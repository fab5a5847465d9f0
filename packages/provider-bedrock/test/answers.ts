import type { ServerResponse } from 'node:http';

import { answerJson } from '@tako/testing/loopback';

import { event } from './event-stream.js';

/** The frames of an answer that says `text`. */
export function textFrames(text: string): Uint8Array[] {
  return [
    event('messageStart', { role: 'assistant' }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
    event('contentBlockStop', { contentBlockIndex: 0 }),
    ...endFrames,
  ];
}

/** The end of a message, and its usage. */
export const endFrames: readonly Uint8Array[] = [
  event('messageStop', { stopReason: 'end_turn' }),
  event('metadata', { usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 }, metrics: { latencyMs: 1 } }),
];

/** A streamed answer of these frames; it stays open where `isOpen` says so. */
export function streamFrames(response: ServerResponse, frames: readonly Uint8Array[], isOpen = false): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'req-1' });
  response.write(Buffer.concat(frames));
  if (!isOpen) response.end();
}

/** A JSON answer. */
export function answerBedrock(
  response: ServerResponse,
  status: number,
  body: object,
  headers: { readonly [name: string]: string } = {},
): void {
  answerJson(response, status, body, { 'x-amzn-requestid': 'req-1', ...headers });
}

/** A whole answer that says `text`. */
export function converseAnswer(text: string): object {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
    metrics: { latencyMs: 1 },
  };
}
