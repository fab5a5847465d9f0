// A vendor of OpenAI's shape that costs next to nothing: it answers what it is asked to answer, and does not think. A process of
// its own, which tells its address to whoever started it.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Events of a stream: a role, so many pieces of text, an end, the usage. */
export const pieces = 50;

const usage = { prompt_tokens: 20, completion_tokens: pieces, total_tokens: 20 + pieces };
const head = { id: 'chatcmpl-1', created: 1_790_000_000, model: 'mock' };
const answer = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'word '.repeat(pieces) } }],
  usage,
});

const chunk = (rest: object): string =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...rest })}\n\n`;
const delta = (content: object, finish: string | null = null): string =>
  chunk({ choices: [{ index: 0, delta: content, finish_reason: finish }] });
const frames = [
  delta({ role: 'assistant', content: '' }),
  ...Array.from({ length: pieces }, (_, at) => delta({ content: `${at} ` })),
  delta({}, 'stop'),
  chunk({ choices: [], usage }),
  'data: [DONE]\n\n',
];

/** Writes a few frames a turn, as a vendor does that thinks in between. */
function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let at = 0;
  const write = (): void => {
    if (response.destroyed) return;
    const next = frames.slice(at, at + 4).join('');
    at += 4;
    if (at >= frames.length) response.end(next);
    else {
      response.write(next);
      setImmediate(write);
    }
  };
  write();
}

const server = createServer((request, response) => {
  if (request.url === '/v1/traces' || request.url === '/v1/metrics') {
    request.resume().on('end', () => response.end()); // it is the collector, too
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => (body += text));
  request.on('end', () => {
    if (body.includes('"please fail"')) {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"as asked"}}');
    } else if (/"stream":\s*true/.test(body)) stream(response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  process.send?.(`http://127.0.0.1:${port}`);
});
process.on('disconnect', () => process.exit());
