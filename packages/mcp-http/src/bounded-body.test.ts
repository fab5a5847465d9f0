import { expect, test } from 'vitest';

import { boundedBody } from './bounded-body.js';

/** The body of an answer that comes in chunks of so many bytes, or why it broke off. */
async function read(body: string, chunkBytes: number, type: string, maxBytes: number): Promise<string> {
  const bytes = new TextEncoder().encode(body);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunkBytes) controller.enqueue(bytes.subarray(at, at + chunkBytes));
      controller.close();
    },
  });
  const response = new Response(stream, { status: 201, headers: { 'content-type': type, 'x-mark': 'kept' } });
  const bounded = boundedBody(response, maxBytes, () => new Error('too long'));
  expect([bounded.status, bounded.headers.get('x-mark')]).toEqual([201, 'kept']);
  return bounded.text().catch((error: unknown) => (error instanceof Error ? error.message : 'odd'));
}

const sizes = [1, 3, 7, 1_000];

test.each(sizes)('a body is bounded as a whole, in chunks of %i bytes', async (chunkBytes) => {
  expect(await read('x'.repeat(100), chunkBytes, 'application/json', 100)).toHaveLength(100);
  expect(await read('x'.repeat(101), chunkBytes, 'application/json', 100)).toBe('too long');
});

test.each(sizes)('events are bounded each, whatever ends their lines, in chunks of %i bytes', async (chunkBytes) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const event = `data: ${'x'.repeat(40)}${end}data: more${end}${end}`;
    const body = event.repeat(20);
    expect(await read(body, chunkBytes, 'text/event-stream; charset=utf-8', event.length)).toBe(body);
    expect(await read(body, chunkBytes, 'text/event-stream', 45)).toBe('too long');
  }
});

test('an event that never ends is too long in spite of all its lines', async () => {
  expect(await read('data: x\n'.repeat(1_000), 64, 'text/event-stream', 1_000)).toBe('too long');
});

test('an answer without a body is itself', () => {
  const response = new Response(null, { status: 202 });
  expect(boundedBody(response, 1, () => new Error('too long'))).toBe(response);
});
