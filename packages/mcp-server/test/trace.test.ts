import { call, customTracer, tool, type Span, type TraceContext } from '@tako/core';
import { McpHttp } from '@tako/mcp-http';
import { expect, onTestFinished, test } from 'vitest';

import { callText, listening } from './served.js';

/** A tracer that numbers its spans; what a span stands below is its parent's number. */
function numbered() {
  const told: { kind: string; name: string; parent: string; attributes: object; ends: number }[] = [];
  const ids = new Map<Span, string>();
  const spanOf = (kind: Span['kind'], id: string, noted?: { attributes: object; ends: number }): Span => {
    const span: Span = {
      kind,
      set: (more) => void (noted && Object.assign(noted.attributes, more)),
      event: () => undefined,
      end: () => void (noted && noted.ends++),
      run: (work) => work(),
      traceContext: () => ({ traceparent: id }),
    };
    ids.set(span, id);
    return span;
  };
  const tracer = customTracer({
    start(kind, name, attributes, parent) {
      const noted = {
        kind,
        name,
        parent: (parent && ids.get(parent)) ?? '',
        attributes: { ...attributes },
        ends: 0,
      };
      told.push(noted);
      return spanOf(kind, `span-${told.length}`, noted);
    },
    remote: ({ traceparent }: TraceContext, kind) => spanOf(kind, `remote ${traceparent}`),
  });
  return { tracer, told };
}

const fails = tool({ name: 'fails', execute: () => Promise.reject(new Error('no')) });
const inside = tool({
  name: 'inside',
  execute: (_input, context) => {
    context.call.tracer?.start('secret', 'read', {}, context.call.span).end();
    return 'ok';
  },
});

test('a call goes on in the server with the trace of who called', async () => {
  const server = numbered();
  const client = numbered();
  const { url } = await listening([inside, fails], { tracer: server.tracer });
  const source = new McpHttp({ url, name: 'served' });
  onTestFinished(() => source.close());
  const asked = call({ tracer: client.tracer });
  expect(await callText(source, 'inside', {}, asked)).toEqual({ text: 'ok', isError: false });
  await callText(source, 'fails', {}, asked);
  expect(client.told).toEqual([
    {
      kind: 'mcp_call',
      name: 'tools/list',
      parent: '',
      attributes: { method: 'tools/list', server: 'served' },
      ends: 1,
    },
    {
      kind: 'mcp_call',
      name: 'tools/call inside',
      parent: '',
      attributes: { method: 'tools/call', server: 'served', tool: 'inside', toolCallId: 'call_1' },
      ends: 1,
    },
    expect.objectContaining({ name: 'tools/call fails', attributes: expect.objectContaining({ isError: true }) }),
  ]);
  expect(server.told.slice(0, 2)).toEqual([
    {
      kind: 'server_request',
      name: 'tools/call inside',
      parent: 'remote span-2',
      attributes: { method: 'tools/call', tool: 'inside' },
      ends: 1,
    },
    { kind: 'secret', name: 'read', parent: 'span-1', attributes: {}, ends: 1 },
  ]);
  expect(server.told[2]).toMatchObject({ name: 'tools/call fails', parent: 'remote span-3', ends: 1 });
});

test('a caller without a trace, and a tool that nobody has', async () => {
  const server = numbered();
  const { url } = await listening([inside], { tracer: server.tracer });
  const source = new McpHttp({ url, name: 'served' });
  onTestFinished(() => source.close());
  await callText(source, 'inside', {});
  expect(server.told[0]).toMatchObject({ name: 'tools/call inside', parent: '' });
});
