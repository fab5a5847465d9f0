// Answers `/short` with a kilobyte, and `/stream/N` with N pieces, each one in a packet of its own as far as that can be had.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const short = JSON.stringify({ choices: [{ message: { content: 'y'.repeat(1_000) } }] });
const piece = `data: ${JSON.stringify({ choices: [{ delta: { content: ' word' } }], id: 'chatcmpl-0' })}\n\n`;

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const pieces = Number(request.url?.split('/')[2] ?? 0);
    if (pieces === 0) return response.writeHead(200, { 'content-type': 'application/json' }).end(short);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = pieces;
    const write = (): void => {
      response.write(piece);
      if (--left > 0) setImmediate(write);
      else response.end();
    };
    write();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port)); // TCP has a port
process.on('disconnect', () => process.exit());
