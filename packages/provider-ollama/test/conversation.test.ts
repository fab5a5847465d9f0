import { readFile } from 'node:fs/promises';

import { LLMock } from '@copilotkit/aimock';
import { ollama } from '@tako/provider-ollama';
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
  const [first] = await toolConversation.hold(ollama({ model: 'llama3.2-vision', baseUrl: proxy.url }));

  const files = [1, 2, 3].map((at) => new URL(`conversation/${at}.json`, import.meta.url));
  const expected = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  // The mock gives its calls no ids, so that ours are new each time.
  const ids = first?.message.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : [])) ?? [];
  const named = (body: string): string => ids.reduce((text, id, at) => text.replaceAll(id, `call_${at}`), body);
  expect(ids).toHaveLength(2);
  expect(proxy.requests.map(({ body }) => named(body))).toEqual(expected.map((text) => text.trimEnd()));
  expect(proxy.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(3).fill('POST /api/chat'));
});
