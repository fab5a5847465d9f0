import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { call, chat, collect, toolResults, user, type ChatRequest, type UserContent } from '@tako/core';
import { ollama, type UrlPrefetchOptions } from '@tako/provider-ollama';
import { loopbackServer, type LoopbackServer } from '@tako/testing/loopback';
import { expect, test } from 'vitest';

import { answerLines, hello } from './answers.js';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const gif = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');

/** A server of pictures on loopback, which counts who is there at the same time, and answers so many at a time. */
async function pictures(
  together = 1,
): Promise<AsyncDisposable & { readonly url: string; readonly paths: string[]; most: number }> {
  const paths: string[] = [];
  const held: (() => void)[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    shelf.most = Math.max(shelf.most, ++open);
    response.on('finish', () => open--);
    const isGif = request.url?.endsWith('.gif') === true;
    if (request.url?.includes('gone')) response.writeHead(404).end('the secret of the inner network');
    else if (request.url?.includes('slow')) response.writeHead(200, { 'content-type': 'image/png' }).flushHeaders();
    else {
      const [type, bytes] = isGif ? ['image/gif', gif] : ['image/png', png];
      const send = (): void => void response.writeHead(200, { 'content-type': type }).end(bytes);
      held.push(send);
      if (held.length >= together) for (const each of held.splice(0)) each();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const shelf = {
    url: `http://127.0.0.1:${port}`,
    paths,
    most: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return shelf;
}

const here: UrlPrefetchOptions = { allowHttp: true, allowCidrs: ['127.0.0.0/8'] };
const at = (url: string): UserContent => ({ type: 'image_url', url });
const looking = (...parts: readonly UserContent[]): ChatRequest => ({ messages: [user('See', ...parts)] });

function vendor(): Promise<LoopbackServer> {
  return loopbackServer((response) => answerLines(response, ...hello));
}

test('images by URL arrive as bytes, beside those that came as bytes, in order, each fetched once', async () => {
  await using shelf = await pictures();
  await using server = await vendor();
  const model = ollama({ model: 'm', baseUrl: server.url, urlPrefetch: here });
  const inline: UserContent = { type: 'image', mimeType: 'image/png', data: 'AQID' };
  await collect(
    model.stream(looking(at(`${shelf.url}/a`), inline, at(`${shelf.url}/a`), at(`${shelf.url}/b`)), call()),
  );
  const image = png.toString('base64');
  expect(server.requests[0]?.json).toMatchObject({ messages: [{ images: [image, 'AQID', image, image] }] });
  expect(shelf.paths.toSorted()).toEqual(['/a', '/b']);
});

test('one in a tool result is fetched too', async () => {
  await using shelf = await pictures();
  await using server = await vendor();
  const picture = { type: 'image_url', url: `${shelf.url}/a` } as const;
  const result = toolResults({ type: 'tool_result', toolCallId: 'c', name: 'f', content: [picture] });
  await chat(ollama({ model: 'm', baseUrl: server.url, urlPrefetch: here }), { messages: [result] });
  expect(server.requests[0]?.json).toMatchObject({
    messages: [{ role: 'tool' }, { role: 'user', images: [png.toString('base64')] }],
  });
});

test('many are fetched four at a time', async () => {
  await using shelf = await pictures(4);
  await using server = await vendor();
  const model = ollama({ model: 'm', baseUrl: server.url, urlPrefetch: here });
  await chat(model, looking(...Array.from({ length: 20 }, (_, number) => at(`${shelf.url}/${number}`))));
  expect(shelf.paths).toHaveLength(20);
  expect(shelf.most).toBe(4);
});

test.each<[string, string, boolean | UrlPrefetchOptions, object]>([
  ['no https', '/a', true, { code: 'invalid', retryable: false, details: { rule: 'scheme' } }],
  ['no public address', '/a', { allowHttp: true }, { code: 'invalid', details: { rule: 'address' } }],
  ['an image that Ollama does not decode', '/a.gif', here, { details: { rule: 'content_type' } }],
  ['nothing there', '/gone', here, { code: 'invalid', details: { rule: 'status' } }],
  ['too large', '/a', { ...here, maxBytes: 10 }, { details: { rule: 'size' } }],
  ['too slow', '/slow', { ...here, timeoutMs: 50 }, { code: 'invalid', retryable: true, details: { rule: 'timeout' } }],
  ['rules that cannot be meant', '/a', { allowCidrs: ['10.0.0.0/99'] }, { details: { rule: 'options' } }],
])(
  '%s: the call fails before the model is asked, and the error tells no secret',
  async (_, path, urlPrefetch, expected) => {
    await using shelf = await pictures();
    await using server = await vendor();
    const model = ollama({ model: 'm', baseUrl: server.url, urlPrefetch });
    const failing = chat(model, looking(at(`${shelf.url}${path}`), at(`${shelf.url}${path}?again`)));
    await expect(failing).rejects.toMatchObject(expected);
    await expect(failing).rejects.toMatchObject({ message: expect.not.stringContaining('inner network') });
    expect(server.connections).toBe(0);
  },
);

test('an abort ends the fetching', async () => {
  await using shelf = await pictures();
  await using server = await vendor();
  const controller = new AbortController();
  const model = ollama({ model: 'm', baseUrl: server.url, urlPrefetch: here });
  const failing = collect(model.stream(looking(at(`${shelf.url}/slow`)), call({ signal: controller.signal })));
  await expect.poll(() => shelf.paths.length).toBe(1);
  controller.abort();
  await expect(failing).rejects.toMatchObject({ code: 'cancelled' });
  expect(server.connections).toBe(0);
});

test('without images by URL nothing is loaded or fetched', async () => {
  await using server = await vendor();
  const model = ollama({ model: 'm', baseUrl: server.url, urlPrefetch: true });
  await chat(model, looking());
  expect(server.requests).toHaveLength(1);
});
