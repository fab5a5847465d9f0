import type { ServerResponse } from 'node:http';

import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { loopbackServer } from '@tako/testing/loopback';
import { expect, onTestFinished, test } from 'vitest';

import { sender as grpcSender } from '../src/init/grpc-sender.js';
import { sender as httpSender } from '../src/init/http-sender.js';
import type { OtlpTarget } from '../src/init/otlp-target.js';

const target = (endpoint: string): OtlpTarget => ({
  endpoint,
  headers: { 'x-team': 'desk' },
  resource: {},
  share: 1,
  metricsEveryMs: undefined,
  maxQueuedSpans: 1,
});

async function collector(answer: (response: ServerResponse) => void) {
  const server = await loopbackServer(answer);
  onTestFinished(() => server.close());
  return server;
}

function opened(endpoint: string) {
  const sender = httpSender(target(endpoint));
  onTestFinished(() => sender.close());
  return sender;
}

test('over HTTP: where, with which headers, and what', async () => {
  const { url, requests } = await collector((response) => response.end('ignored'));
  const { traces, metrics } = opened(`${url}/otel`);
  expect(await traces(Buffer.from('one'))).toEqual({ outcome: 'taken' });
  expect(await metrics(Buffer.from('two'))).toEqual({ outcome: 'taken' });
  expect(requests.map(({ url: path, body }) => [path, body])).toEqual([
    ['/otel/v1/traces', 'one'],
    ['/otel/v1/metrics', 'two'],
  ]);
  expect(requests[0]?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-length': '3',
    'x-team': 'desk',
  });
});

test.each([
  [400, {}, { outcome: 'refused', reason: 'status 400' }],
  [401, {}, { outcome: 'refused', reason: 'status 401' }],
  [302, { location: 'http://127.0.0.1:1/' }, { outcome: 'refused', reason: 'status 302' }],
  [429, { 'retry-after': '3' }, { outcome: 'again', reason: 'status 429', afterMs: 3_000 }],
  [503, {}, { outcome: 'again', reason: 'status 503' }],
  [503, { 'retry-after': 'soon' }, { outcome: 'again', reason: 'status 503' }],
])('over HTTP: %d', async (code, headers, expected) => {
  const { url } = await collector((response) => response.writeHead(code, headers).end('why'));
  expect(await opened(url).traces(Buffer.from('x'))).toEqual(expected);
});

test('over HTTP: a connection that breaks is tried again later', async () => {
  const { url } = await collector((response) => response.destroy());
  expect(await opened(url).traces(Buffer.from('x'))).toMatchObject({ outcome: 'again' });
});

test('over HTTP: what cannot even be asked for is no rejection', async () => {
  const { url } = await collector((response) => response.end());
  const sender = httpSender({ ...target(url), headers: { 'x-team': 'a\nb' } });
  onTestFinished(() => sender.close());
  expect(await sender.traces(Buffer.from('x'))).toMatchObject({ outcome: 'refused' });
});

test.each([
  [status.UNAVAILABLE, 'again'],
  [status.INVALID_ARGUMENT, 'refused'],
  [status.UNAUTHENTICATED, 'refused'],
])('over gRPC: status %d', async (code, outcome) => {
  const server = new Server();
  const same = (bytes: Buffer): Buffer => bytes;
  const heard: unknown[] = [];
  server.addService(
    {
      Export: {
        path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        requestStream: false,
        responseStream: false,
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
      },
    },
    {
      Export: (
        { request, metadata }: { request: Buffer; metadata: { get(name: string): unknown } },
        done: (error: object) => void,
      ) => {
        heard.push(request.toString(), metadata.get('x-team'));
        done({ code, details: 'no' });
      },
    },
  );
  onTestFinished(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const sender = grpcSender(target(`http://127.0.0.1:${port}`));
  onTestFinished(() => sender.close());
  expect(await sender.traces(Buffer.from('x'))).toMatchObject({ outcome });
  expect(heard).toEqual(['x', ['desk']]);
});
