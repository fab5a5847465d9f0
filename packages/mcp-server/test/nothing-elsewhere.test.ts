import { call } from '@tako/core';
import { McpHttp } from '@tako/mcp-http';
import { sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { callText, echo, listening } from './served.js';

test('it sends nothing by itself: not when it starts, nor when it is asked', async () => {
  let url = '';
  await sendsOnlyTo([], async () => {
    ({ url } = await listening([echo]));
  });
  await sendsOnlyTo([url], async () => {
    await using client = new McpHttp({ url });
    expect(await client.tools(call())).toHaveLength(1);
    expect(await callText(client, 'echo', { text: 'hello' })).toEqual({ text: 'hello', isError: false });
  });
});
