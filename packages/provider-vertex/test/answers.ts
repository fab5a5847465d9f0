import type { ServerResponse } from 'node:http';

/** A streamed answer that says `text`. */
export function streamText(response: ServerResponse, text = 'Hi'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${JSON.stringify(saying(text))}\n\n`);
}

/** A whole answer that says `text`. */
export function saying(text: string): object {
  return { candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }], responseId: 'r-1' };
}
