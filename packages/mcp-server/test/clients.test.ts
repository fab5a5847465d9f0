import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { call } from '@tako/core';
import { McpHttp } from '@tako/mcp-http';
import { expect, onTestFinished, test, vi } from 'vitest';

import { callText, echo, listening, parts, scripted, waiting } from './served.js';

const eras = ['2025-11-25', '2026-07-28'] as const;

function ours(url: string, protocolVersion: (typeof eras)[number]): McpHttp {
  const client = new McpHttp({ url, protocolVersion });
  onTestFinished(() => client.close());
  return client;
}

async function official(url: string, mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  onTestFinished(() => client.close());
  return client;
}

test.each(eras)('our client lists and calls in %s; wrong arguments are told to the model', async (era) => {
  const { url } = await listening([echo]);
  const client = ours(url, era);
  expect((await client.tools(call()))[0]).toMatchObject({ name: 'echo', inputSchema: echo.inputSchema });
  expect(await callText(client, 'echo', { text: 'hello' })).toEqual({ text: 'hello', isError: false });
  const wrong = await callText(client, 'echo', { text: 1 });
  expect(wrong.isError).toBe(true);
  expect(wrong.text).toMatch(/do not fit the schema: .*text/);
});

test.each(['legacy', 'auto'] as const)('the official client lists and calls (%s)', async (mode) => {
  const { url } = await listening([echo, parts]);
  const client = await official(url, mode);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo', 'parts']);
  const { content } = await client.callTool({ name: 'parts', arguments: {} });
  expect(content).toEqual([
    { type: 'text', text: 'text' },
    { type: 'image', mimeType: 'image/png', data: 'AAAA' },
    { type: 'audio', mimeType: 'audio/wav', data: 'AQID' },
    { type: 'resource', resource: { uri: 'attachment:///a%20b.pdf', mimeType: 'application/pdf', blob: 'AAAA' } },
    {
      type: 'resource_link',
      uri: 'https://example.com/a.png',
      name: 'https://example.com/a.png',
      mimeType: 'image/png',
    },
  ]);
  await expect(client.callTool({ name: 'nobody', arguments: {} })).rejects.toThrow('there is no tool "nobody"');
});

test.each(['legacy', 'auto'] as const)('an orchestrator is a tool that tells how far it is (%s)', async (mode) => {
  const heard: unknown[] = [];
  const agent = scripted(
    [{ type: 'step_start', step: 0, branch: 0, providerId: 'fake' }],
    { text: 'The answer', output: { answer: 42 } },
    heard,
  );
  const { url } = await listening(agent, { name: 'researcher' });
  const client = await official(url, mode);
  const told: unknown[] = [];
  const result = await client.callTool(
    { name: 'researcher', arguments: { question: 'What?', context: 'Much' } },
    { onprogress: (progress) => told.push(progress) },
  );
  expect(result).toMatchObject({ content: [{ type: 'text', text: 'The answer' }], structuredContent: { answer: 42 } });
  expect(heard).toMatchObject([{ input: 'What?\n\nContext:\nMuch' }]);
  expect(told).toEqual([{ progress: 1, message: 'Step 1' }]);
});

test.each(eras)('a call that is taken back aborts the run (%s)', async (era) => {
  const { wait, begun } = waiting();
  const { url } = await listening([wait]);
  const client = ours(url, era);
  const controller = new AbortController();
  const calling = callText(client, 'wait', {}, call({ signal: controller.signal }));
  await vi.waitFor(() => expect(begun).toHaveLength(1));
  controller.abort(new Error('enough'));
  await expect(calling).rejects.toMatchObject({ code: 'cancelled' });
  await vi.waitFor(() => expect(begun[0]?.aborted).toBe(true));
});

test('a tool that fails, one that takes too long, and one that says too much', async () => {
  const { wait } = waiting();
  const fail = { ...echo, name: 'fail', execute: () => Promise.reject(new Error('no paper')) };
  const { url } = await listening([{ ...wait, timeoutMs: 20 }, fail, echo], { maxResultBytes: 1_000 });
  const client = ours(url, '2026-07-28');
  expect(await callText(client, 'fail', { text: '' })).toEqual({ text: 'The tool failed: no paper', isError: true });
  expect(await callText(client, 'wait', {})).toMatchObject({
    isError: true,
    text: expect.stringMatching(/timeout/) as unknown,
  });
  const { text } = await callText(client, 'echo', { text: 'é'.repeat(100_000) });
  expect(text).toMatch(/^é+\[cut: the result has 2000\d\d bytes, the limit is 1000\]$/);
});

test('without sessions too', async () => {
  const { url } = await listening([echo], {}, { sessions: false });
  for (const era of eras) expect((await callText(ours(url, era), 'echo', { text: era })).text).toBe(era);
});

test.each(eras)(
  'ten thousand tools, a schema with a cycle of references, and odd names pass through (%s)',
  async (era) => {
    const cyclic = {
      type: 'object',
      properties: { node: { $ref: '#/$defs/node' } },
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, value: { type: 'number' } } } },
    };
    const names = ['a.b c', 'n'.repeat(200), ...Array.from({ length: 9_998 }, (_, at) => `tool_${at}`)];
    const tools = names.map((name) => ({ name, inputSchema: cyclic, execute: () => name }));
    const { url } = await listening({ name: 'many', tools: () => Promise.resolve(tools) });
    const client = ours(url, era);
    const listed = await client.tools(call());
    expect(listed).toHaveLength(10_000);
    expect(listed[0]?.inputSchema).toEqual(cyclic);
    for (const at of [0, 1, 9_999]) {
      const name = listed[at]?.name ?? '';
      expect(await callText(client, name, { node: { next: { value: 1 } } })).toEqual({
        text: names[at],
        isError: false,
      });
    }
    const wrong = await callText(client, 'tool_1', { node: { next: { next: { value: 'no number' } } } });
    expect(wrong).toMatchObject({ isError: true });
  },
);
