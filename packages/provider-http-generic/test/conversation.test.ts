import { readFile } from 'node:fs/promises';

import { LLMock } from '@copilotkit/aimock';
import { httpGeneric } from '@tako/provider-http-generic';
import { recordingProxy, toolConversation } from '@tako/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(toolConversation.fixtures());
  await mock.start();
});
afterAll(() => mock.stop());

test.each([
  ['openai', undefined],
  [
    'own',
    {
      model: '{{ model }}',
      messages: '{{ messages }}',
      tools: '{{ tools }}',
      extra: { live: '{{ stream }}', max_tokens: '{{ maxOutputTokens }}' },
    },
  ],
])(
  'the conversation that all providers hold, %s: requests are what the files say, byte for byte',
  async (name, body) => {
    await using proxy = await recordingProxy(mock.url);
    const url = `${proxy.url}/v1/chat/completions`;
    await toolConversation.hold(
      httpGeneric({ model: 'gpt-4o', url, apiKey: 'mock', body, stream: { format: 'openai_sse' } }),
    );

    const files = [1, 2, 3].map((at) => new URL(`conversation/${name}-${at}.json`, import.meta.url));
    const expected = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(proxy.requests.map(({ body: sent }) => sent)).toEqual(expected.map((text) => text.trimEnd()));
  },
);
