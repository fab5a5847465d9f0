import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';

import { metrics, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { serveOpenAI } from '@tako/compat-server';
import { tool } from '@tako/core';
import { McpHttp } from '@tako/mcp-http';
import { serveMcp } from '@tako/mcp-server';
import { SingleAgent } from '@tako/orchestrators';
import { Conductor } from '@tako/orchestrators/conductor';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';

import { initOtlp, shutdown } from '../src/init/index.js';
import { collector, receivedTree } from './collector.js';
import { scriptedModel } from './scripted-model.js';

afterEach(shutdown);

/** Where the client of the server had begun. */
const theirTrace = '0af7651916cd43dd8448eb211c80319c';
const theirSpan = 'b7ad6b7169203331';

/** A server with one tool, which tells its own part of the trace. */
async function served(tracer: Parameters<typeof serveMcp>[1]['tracer']) {
  const look = tool({ name: 'look', execute: () => 'It rains.' });
  const server = serveMcp([look], { name: 'weather', tracer, graceMs: 10 });
  onTestFinished(() => server.close());
  const { url } = await server.http({ auth: 'none' }).listen();
  const source = new McpHttp({ url, name: 'weather' });
  onTestFinished(() => source.close());
  return source;
}

describe.each(['http', 'grpc'] as const)('over %s', (protocol) => {
  test('one connected trace of a conductor behind a server, whose worker calls tools over MCP', async () => {
    const { endpoint, spans, metrics: measured } = await collector(protocol);
    const { tracer } = await initOtlp({
      endpoint,
      protocol,
      headers: { 'x-team': 'desk' },
      resource: { 'service.name': 'desk' },
    });
    const source = await served(tracer);
    const ann = new SingleAgent({ provider: scriptedModel([{ call: 'look' }, 'It rains.']), mcpServers: [source] });
    const plan = { steps: [{ worker: 1, task: 'Look out of the window', reads: [] }] };
    const coordinator = scriptedModel([JSON.stringify(plan)], 'anthropic:planner');
    const team = new Conductor({ coordinator, workers: { ann } });
    const token = 'a-token-of-the-desk-1';
    const principal = { tenantId: 'acme', userId: 'ada', roles: [] };
    const front = await serveOpenAI({ team }, { tokens: [[token, principal]], tracer, logger: () => undefined });
    onTestFinished(() => front.close({ drainMs: 0 }));
    const answer = await fetch(`${front.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-request-id': 'asked-1',
        traceparent: `00-${theirTrace}-${theirSpan}-01`,
      },
      body: JSON.stringify({ model: 'team', stream: true, messages: [{ role: 'user', content: 'Is it raining?' }] }),
    });
    expect(await answer.text()).toContain('It rains.');
    await shutdown();
    expect(receivedTree(spans)).toEqual([
      'POST chat',
      '  auth authenticate',
      '  invoke_workflow conductor',
      '    branch ann',
      '      invoke_agent single_agent',
      '        step 0',
      '          chat gpt-x',
      '          execute_tool look',
      '            tools/call look',
      '              tools/call look',
      '        step 1',
      '          chat gpt-x',
      '        tools/list',
      '    branch coordinator',
      '      invoke_agent single_agent',
      '        step 0',
      '          chat planner',
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([theirTrace]));
    const request = spans.find(({ name }) => name === 'POST chat');
    expect(request).toMatchObject({
      parentSpanId: theirSpan,
      attributes: { 'tako.tenant_id': 'acme', 'tako.user_id': 'ada', 'tako.status': 200 },
    });
    expect(JSON.stringify(spans)).not.toContain(token);
    const [client, server] = spans
      .filter(({ name }) => name === 'tools/call look')
      .toSorted(({ attributes }) => ('tako.server' in attributes ? -1 : 1));
    expect(client?.attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'look',
      'gen_ai.tool.call.id': 'call_1',
      'tako.server': 'weather',
    });
    expect(server).toMatchObject({
      parentSpanId: client?.spanId,
      attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'look' },
    });
    expect(spans.find(({ name }) => name === 'branch ann')?.attributes).toEqual({
      'tako.worker': 'ann',
      'tako.step': 0,
      'tako.branch': 1,
      'tako.stop_reason': 'final',
    });
    expect(spans.find(({ name }) => name === 'chat planner')?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'planner',
      'gen_ai.output.type': 'json',
      'gen_ai.usage.input_tokens': 1_000,
    });
    expect([...measured].toSorted()).toEqual([
      'gen_ai.client.inference.duration',
      'gen_ai.client.inference.operation.input_tokens',
      'gen_ai.client.inference.operation.output_tokens',
      'gen_ai.client.inference.time_to_first_chunk',
      'gen_ai.client.inference.usage.cache_read.input_tokens',
      'gen_ai.client.inference.usage.input_tokens',
      'gen_ai.client.inference.usage.output_tokens',
      'gen_ai.execute_tool.duration',
      'gen_ai.invoke_agent.duration',
      'mcp.client.operation.duration',
      'mcp.server.operation.duration',
      'tako.client.cost',
      'tako.client.time_per_output_token',
    ]);
  });
});

/** A server that takes everything, and what it was sent. */
async function counter() {
  const requests: string[] = [];
  const server = createHttpServer((request, response) => {
    requests.push(request.url ?? '');
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { endpoint: `http://127.0.0.1:${portOf(server)}`, requests };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const quick = (): SingleAgent => new SingleAgent({ provider: scriptedModel(['fine']) });

test('started again, it sends to the new collector only', async () => {
  const [one, two] = [await counter(), await counter()];
  const first = await initOtlp({ endpoint: one.endpoint });
  await quick().run('Q', { tracer: first.tracer });
  const second = await initOtlp({ endpoint: two.endpoint });
  await quick().run('Q', { tracer: second.tracer });
  expect([one.requests, two.requests]).toEqual([['/v1/traces', '/v1/metrics'], []]);
  await shutdown();
  await shutdown();
  const sent = [...two.requests].toSorted();
  expect([one.requests.length, sent]).toEqual([2, ['/v1/metrics', '/v1/traces']]);
  await quick().run('Q', { tracer: second.tracer });
  expect([one.requests.length, two.requests.length]).toEqual([2, 2]);
});

test('a provider that the host has registered gets the spans, and nothing is sent from here', async () => {
  const { endpoint, spans } = await collector('http');
  const heard: string[] = [];
  const host = new TracerProvider({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: ({ name }) => void heard.push(name),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  trace.setGlobalTracerProvider(host);
  onTestFinished(() => trace.disable());
  const { tracer } = await initOtlp({ endpoint, metrics: false });
  await quick().run('Q', { tracer });
  await shutdown();
  expect(heard).toEqual(['chat gpt-x', 'step 0', 'invoke_agent single_agent']);
  expect(spans).toEqual([]);
  host.getTracer('still').startSpan('registered').end();
  expect(heard).toHaveLength(4);
});

test('a share of none keeps nothing; the filter keeps what it names', async () => {
  const { endpoint, spans } = await collector('http');
  const { tracer } = await initOtlp({ endpoint, sampler: 0 });
  await quick().run('Q', { tracer });
  await shutdown();
  expect(spans).toEqual([]);
  const filtered = await initOtlp({ endpoint, filter: 'info' });
  await quick().run('Q', { tracer: filtered.tracer });
  await shutdown();
  expect(receivedTree(spans)).toEqual(['invoke_agent single_agent', '  chat gpt-x']);
});

test.each(['http', 'grpc'] as const)(
  'nobody is reached over %s: runs do not notice, and shutdown ends',
  async (protocol) => {
    const closed = createServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    closed.close();
    const telemetry = await initOtlp({ endpoint: `http://127.0.0.1:${port}`, protocol, shutdownTimeoutMs: 200 });
    for (let at = 0; at < 50; at++) {
      expect((await quick().run('Q', { tracer: telemetry.tracer })).text).toBe('fine');
    }
    const startedMs = performance.now();
    await telemetry.shutdown();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  },
);

test.each([
  { endpoint: 'not a url' },
  { endpoint: 'file:///etc/passwd' },
  { endpoint: 'http://127.0.0.1:1', sampler: 2 },
  { endpoint: 'http://127.0.0.1:1', metrics: { intervalMs: 1 } },
  { endpoint: 'http://127.0.0.1:1', maxQueuedSpans: 0 },
  { endpoint: 'http://127.0.0.1:1', filter: 'loud' },
  { endpoint: 'http://127.0.0.1:1', headers: { authorization: 'Basic c2VjcmV0\n' } },
  { endpoint: 'http://127.0.0.1:1', headers: { 'a name': 'x' } },
])('%j is refused, and nothing is registered', async (options) => {
  const before = metrics.getMeterProvider();
  await expect((async () => initOtlp(options))()).rejects.toMatchObject({
    code: 'invalid',
    message: expect.not.stringContaining('c2VjcmV0'),
  });
  expect(metrics.getMeterProvider()).toBe(before);
});
