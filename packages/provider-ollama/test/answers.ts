import type { ServerResponse } from 'node:http';

/** A streamed answer of these frames. */
export function answerLines(response: ServerResponse, ...frames: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.end(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
}

/** Says hello. */
export const hello: readonly object[] = [
  { model: 'm', message: { role: 'assistant', content: 'Hello' }, done: false },
  { model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 3 },
];
