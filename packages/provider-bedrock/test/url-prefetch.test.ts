import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  assistant,
  call,
  chat,
  collect,
  toBase64,
  toolResults,
  user,
  type ChatRequest,
  type Provider,
} from '@tako/core';
import { bedrock, type UrlPrefetchOptions } from '@tako/provider-bedrock';
import { loopbackServer } from '@tako/testing/loopback';
import { expect, test } from 'vitest';

import { answerBedrock, converseAnswer } from './answers.js';

const png = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
);

interface ImageServer extends AsyncDisposable {
  readonly url: string;
  readonly paths: readonly string[];
  /** The most requests that were open at the same time. */
  readonly mostOpen: number;
}

async function imageServer(answer: (response: ServerResponse, path: string) => void): Promise<ImageServer> {
  const paths: string[] = [];
  let open = 0;
  let mostOpen = 0;
  const server = createServer(({ url = '' }, response) => {
    paths.push(url);
    mostOpen = Math.max(mostOpen, ++open);
    response.on('close', () => open--);
    answer(response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
    paths,
    get mostOpen() {
      return mostOpen;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendPng(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'image/png' });
  response.end(png);
}

const onLoopback: UrlPrefetchOptions = { allowHttp: true, allowPrivateIps: true };

function modelAt(endpointUrl: string, urlPrefetch: boolean | UrlPrefetchOptions): Provider {
  return bedrock({ model: 'm', region: 'us-east-1', apiKey: 'k', endpointUrl, urlPrefetch });
}

const imageAt = (url: string) => ({ type: 'image_url' as const, url });
const image = { image: { format: 'png', source: { bytes: toBase64(png) } } };

test('images are fetched, each once, wherever they stand, and arrive as bytes', async () => {
  await using images = await imageServer(sendPng);
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const request: ChatRequest = {
    messages: [
      user('What is this?', imageAt(`${images.url}/a.png`)),
      assistant({ type: 'tool_call', id: 'c1', name: 'look', arguments: '{}' }),
      toolResults({
        type: 'tool_result',
        toolCallId: 'c1',
        name: 'look',
        content: [imageAt(`${images.url}/a.png`), imageAt(`${images.url}/b.png`)],
      }),
    ],
    tools: [{ name: 'look', inputSchema: { type: 'object' } }],
  };
  const before = JSON.stringify(request);
  await chat(modelAt(server.url, onLoopback), request);
  expect(images.paths.toSorted()).toEqual(['/a.png', '/b.png']);
  expect(server.requests[0]?.json).toMatchObject({
    messages: [
      { role: 'user', content: [{ text: 'What is this?' }, image] },
      { role: 'assistant' },
      { role: 'user', content: [{ toolResult: { content: [image, image] } }] },
    ],
  });
  expect(JSON.stringify(request)).toBe(before);
});

test('several are fetched at the same time, no more than are allowed', async () => {
  const waiting: ServerResponse[] = [];
  await using images = await imageServer((response) => {
    waiting.push(response);
    if (waiting.length === 3) waiting.splice(0).forEach(sendPng);
  });
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const parts = Array.from({ length: 9 }, (_, at) => imageAt(`${images.url}/${at}.png`));
  await chat(modelAt(server.url, { ...onLoopback, concurrency: 3 }), { messages: [user('Which?', ...parts)] });
  expect([images.paths.length, images.mostOpen]).toEqual([9, 3]);
});

test.each<[string, true | UrlPrefetchOptions, string, object]>([
  ['plain http', true, 'http://127.0.0.1:65535/a.png', { code: 'invalid', details: { rule: 'scheme' } }],
  [
    'an address that is private',
    { allowHttp: true },
    'http://127.0.0.1:65535/a.png',
    { code: 'invalid', retryable: false, details: { rule: 'address' } },
  ],
  [
    'a name and a password',
    true,
    'https://me:pass@images.example/a.png',
    { code: 'invalid', details: { rule: 'userinfo' } },
  ],
  [
    'no connection',
    onLoopback,
    'http://127.0.0.1:65535/a.png',
    { code: 'invalid', retryable: true, details: { rule: 'connection' } },
  ],
  [
    'a list of networks that is wrong',
    { allowCidrs: ['10.0.0.0/99'] },
    'https://images.example/a.png',
    { code: 'invalid' },
  ],
  ['a concurrency of 0', { concurrency: 0 }, 'https://images.example/a.png', { code: 'invalid' }],
])('%s: nothing is asked of the model', async (_, urlPrefetch, url, expected) => {
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const request = { messages: [user('What is this?', imageAt(url))] };
  await expect(chat(modelAt(server.url, urlPrefetch), request)).rejects.toMatchObject(expected);
  expect(server.connections).toBe(0);
});

test('what is no image is refused, and the error says nothing of it', async () => {
  await using images = await imageServer((response) => {
    response.writeHead(200, { 'content-type': 'image/png' });
    response.end('the secret of the metadata service');
  });
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const request = { messages: [user(imageAt(`${images.url}/a.png`))] };
  const error = await chat(modelAt(server.url, onLoopback), request).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid', details: { rule: 'content_type' } });
  expect(String(error)).not.toContain('secret');
  expect(server.connections).toBe(0);
});

test('one that fails ends the others', async () => {
  const closed: Promise<unknown>[] = [];
  await using images = await imageServer((response, path) => {
    if (path === '/bad.png') response.writeHead(404).end();
    else closed.push(new Promise((resolve) => response.on('close', resolve)));
  });
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const parts = ['slow', 'bad'].map((name) => imageAt(`${images.url}/${name}.png`));
  const error = chat(modelAt(server.url, onLoopback), { messages: [user('Which?', ...parts)] });
  await expect(error).rejects.toMatchObject({ code: 'invalid', details: { rule: 'status' } });
  await Promise.all(closed);
});

test('a server of images that is slow is not the model’s fault: it opens no circuit', async () => {
  await using images = await imageServer(() => undefined);
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const request = { messages: [user(imageAt(`${images.url}/a.png`))] };
  await expect(chat(modelAt(server.url, { ...onLoopback, timeoutMs: 50 }), request)).rejects.toMatchObject({
    code: 'invalid',
    retryable: true,
    details: { rule: 'timeout' },
  });
});

test('an abort ends the fetching', async () => {
  const controller = new AbortController();
  let closed: () => void = () => undefined;
  const closing = new Promise<void>((resolve) => (closed = resolve));
  await using images = await imageServer((response) => {
    response.on('close', closed);
    controller.abort(new Error('enough'));
  });
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const request = { messages: [user(imageAt(`${images.url}/a.png`))] };
  const stream = modelAt(server.url, onLoopback).stream(request, call({ signal: controller.signal }));
  await expect(collect(stream)).rejects.toMatchObject({ code: 'cancelled' });
  await closing;
  expect(server.connections).toBe(0);
});

test('without urlPrefetch an image by URL is refused before the network', async () => {
  await using server = await loopbackServer((response) => answerBedrock(response, 200, converseAnswer('Hi')));
  const request = { messages: [user(imageAt('https://images.example/a.png'))] };
  await expect(chat(modelAt(server.url, false), request)).rejects.toMatchObject({ code: 'unsupported' });
  expect(server.connections).toBe(0);
});
