import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

import {
  call,
  chat,
  customTracer,
  systemClock,
  unknownCapabilities,
  user,
  type HttpTransport,
  type Provider,
  type Tracer,
} from '@tako/core';
import { fetchTransport, httpProvider, type SendContext } from '@tako/core/provider';
import { expect, onTestFinished, test } from 'vitest';

import { initOtlp, shutdown } from '../src/init/index.js';
import { tracedFetch, tracedTransport } from '../src/index.js';
import { collector } from './collector.js';

/** A server of models, and the headers it was sent. */
async function modelServer() {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    request.resume();
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return { asked, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` };
}

/** A provider of some vendor over a transport. */
function providerOver(
  transport: HttpTransport,
  url: string,
  headers: { readonly [name: string]: string } = {},
): Provider {
  return httpProvider<object>({
    id: 'acme:m',
    capabilities: unknownCapabilities,
    clock: systemClock(globalThis),
    toVendor: () => ({ asked: {}, warnings: [] }),
    send: async (_asked: object, { signal }: SendContext) => ({
      answer: await transport.send({ method: 'POST', url, headers, body: '{}', signal }),
      secrets: [],
    }),
    fromStream: () => (async function* () {})(),
    fromWhole: () => [{ type: 'start' }, { type: 'finish', finishReason: 'stop' }],
  });
}

const ask = (provider: Provider, tracer?: Tracer) => chat(provider, { messages: [user('Q')] }, call({ tracer }));

test.each([
  ['a fetch', () => fetchTransport(tracedFetch())],
  ['a transport', () => tracedTransport(fetchTransport((url, init) => fetch(url, init)))],
] as const)('%s tells the span of the call, and another header stays', async (_, transport) => {
  const { endpoint, spans } = await collector('http');
  const { tracer } = await initOtlp({ endpoint });
  const { asked, url } = await modelServer();
  await ask(providerOver(transport(), url), tracer);
  await ask(providerOver(transport(), url, { traceparent: 'theirs', 'x-team': 'desk' }), tracer);
  await shutdown();
  const [first] = spans;
  expect(asked[0]?.['traceparent']).toBe(`00-${first?.traceId}-${first?.spanId}-01`);
  expect(first?.name).toBe('chat m');
  expect(asked[1]).toMatchObject({ traceparent: 'theirs', 'x-team': 'desk' });
});

test('outside of a span nothing is added', async () => {
  const { asked, url } = await modelServer();
  await ask(providerOver(fetchTransport(tracedFetch()), url));
  const silent = customTracer({
    start: (kind) => ({
      kind,
      set: () => undefined,
      event: () => undefined,
      end: () => undefined,
      run: (work) => work(),
    }),
  });
  await ask(providerOver(tracedTransport(fetchTransport((to, init) => fetch(to, init))), url), silent);
  expect(asked.map((headers) => headers['traceparent'])).toEqual([undefined, undefined]);
});
