import { safeFetch, type SafeFetchOptions } from '@tako/safe-fetch';

import { tcpServer } from './loopback-server.js';
import { png } from './picture.js';
import { refusal } from './refusal.js';

/** Lets loopback through, over http. */
export const allowed: SafeFetchOptions = { allowHttp: true, allowCidrs: ['127.0.0.0/8'] };

export const at = (port: number, path: string = '/'): string => `http://127.0.0.1:${port}${path}`;

/** The beginning of an answer with these headers. */
export const head = (...lines: readonly string[]): string => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');

/** A whole answer with a picture, and further headers. */
export const withPng = (...lines: readonly string[]): Buffer =>
  Buffer.concat([Buffer.from(head('content-type: image/png', ...lines)), png]);

/** What becomes of a fetch whose answer is exactly these bytes, after which the connection stays open or ends. */
export async function fetchAnswer(
  answer: string | Buffer,
  options: SafeFetchOptions = {},
  end: boolean = true,
): Promise<unknown> {
  await using server = await tcpServer((socket) => {
    socket.once('data', () => (end ? socket.end(answer) : socket.write(answer)));
  });
  const outcome = await refusal(safeFetch(at(server.port), { ...allowed, ...options }));
  await server.allClosed(); // nothing of a fetch outlives it
  return outcome;
}
