import { readFile } from 'node:fs/promises';

import { LLMock } from '@copilotkit/aimock';
import { mistral } from '@tako/provider-mistral';
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
  await toolConversation.hold(mistral({ model: 'mistral-medium-latest', apiKey: 'mock', baseUrl: `${proxy.url}/v1` }));

  const files = [1, 2, 3].map((at) => new URL(`conversation/${at}.json`, import.meta.url));
  const expected = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(proxy.requests.map(({ body }) => body)).toEqual(expected.map((text) => text.trimEnd()));
  expect(proxy.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array(3).fill('POST /v1/chat/completions'),
  );
});
