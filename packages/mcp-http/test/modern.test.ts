import type { ServerResponse } from 'node:http';

import { call } from '@tako/core';
import { expect, test, vi } from 'vitest';

import { events, json } from './http-server.js';
import { started } from './started.js';

const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };

test('in 2026-07-28 changes come over a stream that is asked for, and asked for again when it ends', async () => {
  const streams: {
    readonly id: unknown;
    readonly response: ServerResponse;
    readonly send: (message: object) => void;
  }[] = [];
  let listings = 0;
  const { client } = await started(({ body }, response) => {
    switch (body?.method) {
      case 'server/discover': {
        const capabilities = { tools: { listChanged: true } };
        return json(response, {
          id: body.id,
          result: { ...complete, supportedVersions: ['2026-07-28'], capabilities },
        });
      }
      case 'subscriptions/listen': {
        const send = events(response);
        streams.push({ id: body.id, response, send });
        send({
          method: 'notifications/subscriptions/acknowledged',
          params: about(body.id, { toolsListChanged: true }),
        });
        return true;
      }
      case 'tools/list':
        listings++;
        return json(response, {
          id: body.id,
          result: { ...complete, tools: [{ name: `v${listings}`, inputSchema: { type: 'object' } }] },
        });
      default:
        return false;
    }
  });
  const listed = async () => (await client.tools(call()))[0]?.name;
  expect(await listed()).toBe('v1');
  expect(await listed()).toBe('v1');
  streams[0]?.send({ method: 'notifications/tools/list_changed', params: about(streams[0].id) });
  await vi.waitFor(async () => expect(await listed()).toBe('v2'));
  expect(streams).toHaveLength(1);

  streams[0]?.response.end();
  await vi.waitFor(async () => expect(await listed()).toBe('v3'));
  expect(streams).toHaveLength(2);
  expect(await listed()).toBe('v3');
});

function about(id: unknown, notifications?: object): object {
  const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
  return notifications === undefined ? { _meta } : { _meta, notifications };
}
