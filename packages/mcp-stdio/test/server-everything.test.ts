import { call } from '@tako/core';
import { trackedSignal } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { afterAll, expect, test, vi } from 'vitest';

import { McpStdio } from '../src/index.js';
import { children } from './processes.js';
import { programOf } from './stdio-server.js';

vi.setConfig({ testTimeout: 60_000 }); // processes start slowly on a busy machine

const before = new Set(children());
const server = new McpStdio({
  name: 'everything',
  command: process.execPath,
  args: [programOf('@modelcontextprotocol/server-everything'), 'stdio'],
  prefix: 'e_',
  graceMs: 100, // a cancelled operation keeps it busy
});
afterAll(() => server.close());
const list = () => server.tools(call());

test('lists every tool with a schema, a description and what the server says of it', async () => {
  const tools = await list();
  expect(tools).toHaveLength(13);
  for (const tool of tools) {
    expect(tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(tool.inputSchema).toMatchObject({ type: 'object', $schema: expect.any(String) as unknown });
    expect(tool.description).toBeTypeOf('string');
  }
  expect(tools.find(({ name }) => name === 'e_echo')?.mcp).toEqual({
    server: 'everything',
    name: 'echo',
    title: 'Echo Tool',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    outputSchema: undefined,
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
  });
});

test('calls give text, images, resources and links as parts', async () => {
  const tools = await list();
  expect(outputText(await runTool(tools, 'e_get-sum', { a: 2, b: 40 }))).toContain('42');
  const image = await runTool(tools, 'e_get-tiny-image');
  expect(image.content[1]).toMatchObject({ type: 'image', mimeType: 'image/png' });
  const links = await runTool(tools, 'e_get-resource-links', { count: 2 });
  expect(outputText(links)).toContain('[demo://resource/dynamic/text/2]');
  const blob = await runTool(tools, 'e_get-resource-reference', { resourceType: 'Blob', resourceId: 1 });
  expect(outputText(blob)).toContain('Resource 1: This is a base64 blob');
  const input = { name: 'x.gz', data: 'data:text/plain,hello', outputType: 'resource' };
  expect((await runTool(tools, 'e_gzip-file-as-resource', input)).content).toEqual([
    { type: 'file', mimeType: 'application/gzip', name: 'x.gz', data: expect.any(String) as unknown },
  ]);
  const structured = await runTool(tools, 'e_get-structured-content', { location: 'Chicago' });
  expect(JSON.parse(outputText(structured))).toHaveProperty('humidity');
});

test('what the server calls an error is one', async () => {
  const tools = await list();
  expect(await runTool(tools, 'e_echo', {})).toMatchObject({ isError: true });
  expect(await runTool(tools, 'e_echo', { message: 'hi' })).toMatchObject({ isError: false });
});

test('twenty calls at once get their own answers', async () => {
  const tools = await list();
  const words = Array.from({ length: 20 }, (_, at) => `no ${at}`);
  const answers = await Promise.all(words.map((message) => runTool(tools, 'e_echo', { message })));
  expect(answers.map(outputText)).toEqual(words.map((message) => `Echo: ${message}`));
});

test('aborting a long call rejects it at once, and the server goes on answering', async () => {
  const tools = await list();
  const aborted = trackedSignal();
  const context = call({ signal: aborted.signal });
  const working = runTool(tools, 'e_trigger-long-running-operation', { duration: 60, steps: 60 }, context);
  await runTool(tools, 'e_echo', { message: 'here' }); // the server reads in order, so it has the long call too
  aborted.abort(new Error('enough'));

  await expect(working).rejects.toMatchObject({ code: 'cancelled', cause: new Error('enough') });
  expect(aborted.listeners).toBe(0);
  expect(outputText(await runTool(tools, 'e_echo', { message: 'again' }))).toBe('Echo: again');
});

test('close leaves no process', async () => {
  await list();
  const started = children().filter((pid) => !before.has(pid));
  expect(started).not.toEqual([]);
  await server.close();
  expect(children().filter((pid) => started.includes(pid))).toEqual([]);
});
