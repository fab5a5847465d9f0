import { readFile } from 'node:fs/promises';

import { LLMock } from '@copilotkit/aimock';
import { bedrock } from '@tako/provider-bedrock';
import { recordingProxy, toolConversation } from '@tako/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(toolConversation.fixtures());
  await mock.start();
});
afterAll(() => mock.stop());

test('the conversation that all providers hold: requests are what the files say, byte for byte', async () => {
  await using proxy = await recordingProxy(mock.url);
  const model = 'anthropic.claude-3-7-sonnet-20250219-v1:0';
  await toolConversation.hold(bedrock({ model, apiKey: 'mock', region: 'us-east-1', endpointUrl: proxy.url }));

  const files = [1, 2, 3].map((at) => new URL(`conversation/${at}.json`, import.meta.url));
  const expected = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(proxy.requests.map(({ body }) => body)).toEqual(expected.map((text) => text.trimEnd()));
  expect(new Set(proxy.requests.map(({ url }) => decodeURIComponent(url)))).toEqual(
    new Set([`/model/${model}/converse-stream`]),
  );
});
