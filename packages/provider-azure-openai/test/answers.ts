import type { ServerResponse } from 'node:http';

/** A streamed answer that says `text`. */
export function streamText(response: ServerResponse, text = 'Hi'): void {
  const frame = (choice: object): string =>
    `data: ${JSON.stringify({ id: 'c1', choices: [{ index: 0, ...choice }] })}\n\n`;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'apim-request-id': 'req_1',
    'x-request-id': 'inner_1',
  });
  response.write(frame({ delta: { content: text } }));
  response.write(frame({ delta: {}, finish_reason: 'stop' }));
  response.end('data: [DONE]\n\n');
}

/** A whole completion that says `text`. */
export function completion(text: string): object {
  return {
    id: 'c1',
    model: 'm1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  };
}
