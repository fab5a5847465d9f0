import { call } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { runTool } from '@tako/testing/tools';
import { expect, test } from 'vitest';

import { McpHttp } from '../src/index.js';
import { HttpServer } from './http-server.js';

test('it sends nothing but to its URL', async () => {
  const server = new HttpServer();
  const url = await server.listen();
  await sendsOnlyTo([url], async () => {
    await using client = new McpHttp({ url, name: 'docs' });
    expect(await runTool(await client.tools(call()), 'echo')).toMatchObject({ isError: false });
  });
});
