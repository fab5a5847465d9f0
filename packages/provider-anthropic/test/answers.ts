import type { ServerResponse } from 'node:http';

/** One event of a stream. */
function frame(event: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The events of an answer that says `text`. */
export function spoken(text: string): string {
  return [
    { type: 'message_start', message: { id: 'msg_1', model: 'm1', usage: { input_tokens: 3, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ]
    .map(frame)
    .join('');
}

/** A streamed answer that says `text`. */
export function streamText(
  response: ServerResponse,
  text = 'Hi',
  headers: { readonly [name: string]: string } = { 'request-id': 'req_1' },
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.end(spoken(text));
}

/** A whole answer that says `text`. */
export function message(text: string): object {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm1',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 2 },
  };
}
