import { call } from '@tako/core';
import { trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { children } from './processes.js';
import { callTool, published, textOf } from './stdio-server.js';

const everything = (options = {}) => published('@modelcontextprotocol/server-everything', ['stdio'], options);

test('lists every tool with a schema, a description and what the server says of it', async () => {
  const tools = await everything({ name: 'everything' }).tools(call());
  expect(tools).toHaveLength(13);
  for (const tool of tools) {
    expect(tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(tool.inputSchema).toMatchObject({ type: 'object', $schema: expect.any(String) as unknown });
    expect(tool.description).toBeTypeOf('string');
  }
  expect(tools.find(({ name }) => name === 'echo')?.mcp).toEqual({
    server: 'everything',
    name: 'echo',
    title: 'Echo Tool',
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    outputSchema: undefined,
  });
});

test('calls give text, images, resources and links as parts', async () => {
  const tools = await everything({ prefix: 'e_' }).tools(call());

  expect(textOf(await callTool(tools, 'e_get-sum', { a: 2, b: 40 }))).toContain('42');
  expect((await callTool(tools, 'e_get-tiny-image')).content[1]).toMatchObject({ type: 'image', mimeType: 'image/png' });
  expect(textOf(await callTool(tools, 'e_get-resource-links', { count: 2 }))).toContain('[demo://resource/dynamic/text/2]');
  const blob = await callTool(tools, 'e_get-resource-reference', { resourceType: 'Blob', resourceId: 1 });
  expect(textOf(blob)).toContain('Resource 1: This is a base64 blob');
  const zipped = await callTool(tools, 'e_gzip-file-as-resource', { name: 'x.gz', data: 'data:text/plain,hello', outputType: 'resource' });
  expect(zipped.content).toEqual([{ type: 'file', mimeType: 'application/gzip', name: 'x.gz', data: expect.any(String) as unknown }]);
  expect(JSON.parse(textOf(await callTool(tools, 'e_get-structured-content', { location: 'Chicago' })))).toHaveProperty('humidity');
});

test('what the server calls an error is one', async () => {
  const tools = await everything().tools(call());
  expect(await callTool(tools, 'echo', {})).toMatchObject({ isError: true });
  expect(await callTool(tools, 'echo', { message: 'hi' })).toMatchObject({ isError: false });
});

test('twenty calls at once get their own answers', async () => {
  const tools = await everything().tools(call());
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => callTool(tools, 'echo', { message: `no ${at}` })));
  expect(answers.map(textOf)).toEqual(Array.from({ length: 20 }, (_, at) => `Echo: no ${at}`));
});

test('aborting a long call rejects it at once, and the server goes on answering', async () => {
  const tools = await everything().tools(call());
  const aborted = trackedSignal();
  const working = callTool(tools, 'trigger-long-running-operation', { duration: 60, steps: 60 }, call({ signal: aborted.signal }));
  const answered = callTool(tools, 'echo', { message: 'still here' });
  await answered; // the server reads in order, so it has the long call too
  aborted.abort(new Error('enough'));

  await expect(working).rejects.toMatchObject({ code: 'cancelled', cause: new Error('enough') });
  expect(aborted.listeners).toBe(0);
  expect(textOf(await callTool(tools, 'echo', { message: 'again' }))).toBe('Echo: again');
});

test('no process is left', async () => {
  const before = new Set(children());
  const server = everything();
  await server.tools(call());
  const started = children().filter((pid) => !before.has(pid));
  expect(started).not.toEqual([]);
  await server.close();
  expect(children().filter((pid) => started.includes(pid))).toEqual([]);
});
