import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

import { call } from '@tako/core';
import { expect, onTestFinished, test } from 'vitest';

import { McpGrpc } from '../src/index.js';

const accepted = { ':status': 200, 'content-type': 'application/grpc' } as const;

/** What a server does with each stream, below gRPC. */
type Answer = (stream: ServerHttp2Stream) => void;

/** Connects to a server that speaks HTTP/2 and answers as it is told, and says how that ends. */
async function outcomeOf(answer: Answer, metadata: { readonly [name: string]: string } = {}): Promise<unknown> {
  const sessions = new Set<ServerHttp2Session>();
  let streams = 0;
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream) => {
    streams++;
    stream.on('error', () => undefined);
    answer(stream);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on a port
  const options = { metadata, maxMessageBytes: 10_000, reconnectAttempts: 0, connectTimeoutMs: 5_000 };
  await using client = new McpGrpc({ url: `http://127.0.0.1:${port}`, name: 'docs', ...options });
  const error: unknown = await client.tools(call()).catch((thrown: unknown) => thrown);
  // The first try and, where the server may only know the old handshake, one more.
  expect(streams).toBeLessThanOrEqual(2);
  return error;
}

/** A message of gRPC: a flag, a length, and as many bytes. */
function message(bytes: readonly number[], flag = 0, length: number = bytes.length): Buffer {
  const head = Buffer.from([flag, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, Buffer.from(bytes)]);
}

test.each([
  [401, 'auth'],
  [403, 'permission'],
  [404, 'unsupported'],
  [429, 'overloaded'],
  [503, 'overloaded'],
  [500, 'transport'],
] as const)('a page with status %i in place of an answer is %s', async (status, code) => {
  const error = await outcomeOf(
    (stream) => {
      stream.respond({ ':status': status, 'content-type': 'text/html' });
      stream.end('<html>Bearer hunter2</html>');
    },
    { authorization: 'hunter2' },
  );
  expect(error).toMatchObject({ code });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test.each<[string, Answer]>([
  ['a length that no memory holds', (stream) => stream.respond(accepted) ?? stream.write(message([], 0, 0xffff_ffff))],
  ['zipped bytes that were not announced', (stream) => stream.respond(accepted) ?? stream.write(message([1, 2], 1))],
  [
    'bytes that were zipped in a way that nobody knows',
    (stream) => stream.respond({ ...accepted, 'grpc-encoding': 'br' }) ?? stream.write(message([1, 2], 1)),
  ],
  [
    'bytes that only pretend to be zipped',
    (stream) => stream.respond({ ...accepted, 'grpc-encoding': 'gzip' }) ?? stream.write(message([1, 2, 3], 1)),
  ],
  ['half a message', (stream) => stream.respond(accepted) ?? stream.end(message([1, 2], 0, 100))],
  ['no status', (stream) => stream.respond(accepted) ?? stream.end()],
  ['a reset', (stream) => stream.close(2)],
  ['a refusal of the stream', (stream) => stream.close(7)],
  ['the end of the connection', (stream) => stream.session?.destroy()],
  [
    'a status that does not exist',
    (stream) =>
      stream.respond({ ...accepted, 'grpc-status': '99', 'grpc-message': 'x'.repeat(5_000) }, { endStream: true }),
  ],
  [
    'a status that is no number',
    (stream) => stream.respond({ ...accepted, 'grpc-status': 'constructor' }, { endStream: true }),
  ],
])('%s is a transport error, and nothing hangs', async (_name, answer) => {
  const error = await outcomeOf(answer);
  expect(error).toMatchObject({ code: 'transport' });
  expect(String(error).length).toBeLessThan(600);
});

test('what a server says with its status shows no token that it repeats', async () => {
  const error = await outcomeOf(
    (stream) => {
      const headers = { ...accepted, 'grpc-status': '16', 'grpc-message': 'no such token: hunter2' };
      stream.respond(headers, { endStream: true });
    },
    { 'x-token': 'hunter2' },
  );
  expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('<redacted>') as unknown });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});
