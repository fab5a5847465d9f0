import { call, type ToolOutput } from '@tako/core';
import { McpHttp } from '@tako/mcp-http';
import { McpStdio } from '@tako/mcp-stdio';
import { McpWebSocket } from '@tako/mcp-websocket';
import { runTool } from '@tako/testing/tools';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { McpGrpc, type GrpcService } from '../src/index.js';
import { everything, grpcPeer, httpPeer, webSocketPeer, type Peer } from './everything-peers.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // processes start slowly on a busy machine

type Source = McpGrpc | McpHttp | McpStdio | McpWebSocket;

const shared = { name: 'everything', graceMs: 500 };
const zipped = { name: 'x.gz', data: 'data:text/plain,hello', outputType: 'resource' };

/** One call of each of its thirteen tools. */
const session: readonly (readonly [tool: string, input: object])[] = [
  ['echo', { message: 'grün 🐙' }],
  ['get-annotated-message', { messageType: 'error', includeImage: true }],
  ['get-env', {}],
  ['get-resource-links', { count: 2 }],
  ['get-resource-reference', { resourceType: 'Blob', resourceId: 1 }],
  ['get-structured-content', { location: 'Chicago' }],
  ['get-sum', { a: 2, b: 40 }],
  ['get-tiny-image', {}],
  ['gzip-file-as-resource', zipped],
  ['toggle-simulated-logging', {}],
  ['toggle-subscriber-updates', {}],
  ['trigger-long-running-operation', { duration: 0.2, steps: 2 }],
  ['simulate-research-query', { topic: 'squids' }],
  ['echo', {}],
  ['get-sum', { a: 'no number' }],
];

/** What the session comes to: names, schemas and results, without what differs from one process to the next. */
async function resultsOf(source: Source): Promise<unknown> {
  const tools = await source.tools(call());
  const outputs: unknown[] = [];
  for (const [tool, input] of session) outputs.push([tool, settled(tool, await runTool(tools, tool, input))]);
  const resources = await source.resources.list(call());
  const [first] = resources;
  const prompts = await source.prompts.list(call());
  return {
    tools: tools.map(({ name, description, inputSchema, mcp }) => ({ name, description, inputSchema, mcp })),
    outputs,
    resources,
    read: await source.resources.read(first?.uri ?? '', call()),
    templates: await source.resources.templates(call()),
    prompts,
    prompt: await source.prompts.get('args-prompt', { city: 'Berlin' }, call()),
  };
}

/** The time of day, the session's number and the process's environment are nobody's fault. */
function settled(tool: string, output: ToolOutput): unknown {
  if (tool === 'get-env') return output.content.length;
  const text = JSON.stringify(output)
    .replace(/\d{1,2}:\d{2}:\d{2} [AP]M/g, '<time>')
    .replace(/session [\w-]+/g, 'session <id>');
  return JSON.parse(text);
}

async function over(peer: Peer, make: (url: string) => Source): Promise<Source> {
  onTestFinished(peer.stop);
  const source = make(peer.url);
  onTestFinished(() => source.close());
  return source;
}

async function overGrpc(service: GrpcService): Promise<Source> {
  return over(await grpcPeer(service), (url) => new McpGrpc({ ...shared, url, service }));
}

const transports: Readonly<Record<string, () => Promise<Source>>> = {
  'Streamable HTTP': async () => over(await httpPeer('streamableHttp'), (url) => new McpHttp({ ...shared, url })),
  'Streamable HTTP, said so': async () =>
    over(await httpPeer('streamableHttp'), (url) => new McpHttp({ ...shared, url, transport: 'streamable' })),
  'SSE, found out': async () => over(await httpPeer('sse'), (url) => new McpHttp({ ...shared, url })),
  'SSE, said so': async () =>
    over(
      await httpPeer('sse'),
      (url) => new McpHttp({ ...shared, url, transport: 'sse', protocolVersion: '2025-11-25' }),
    ),
  WebSocket: async () => over(await webSocketPeer(), (url) => new McpWebSocket({ ...shared, url, protocols: [] })),
  'gRPC, as mcp-grpc-transport has it': () => overGrpc('mcp.transport.v1'),
  'gRPC, by our own service': () => overGrpc('tako.mcp.v1'),
};

describe('the same session with the reference server, as over stdio', () => {
  let overStdio: unknown;

  beforeAll(async () => {
    await using source = new McpStdio({ ...shared, command: process.execPath, args: [everything, 'stdio'] });
    overStdio = await resultsOf(source);
  });

  test('has thirteen tools and no empty result', () => {
    expect(overStdio).toMatchObject({ tools: { length: 13 }, outputs: { length: session.length } });
    expect(JSON.stringify(overStdio)).toContain('Long running operation completed');
  });

  test.each(Object.entries(transports))('%s', async (_name, connect) => {
    expect(await resultsOf(await connect())).toEqual(overStdio);
  });
});
