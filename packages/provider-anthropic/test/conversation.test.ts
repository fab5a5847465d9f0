import { readFile } from 'node:fs/promises';

import { LLMock } from '@copilotkit/aimock';
import { recordingProxy, toolConversation } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(toolConversation.fixtures());
  await mock.start();
});
afterAll(() => mock.stop());

describe.each(doors)('the conversation that all providers hold (%s)', (_, anthropic) => {
  test('requests are what the files say, byte for byte', async () => {
    await using proxy = await recordingProxy(mock.url);
    await toolConversation.hold(anthropic({ model: 'claude-sonnet-5-5', apiKey: 'mock', baseUrl: proxy.url }));

    const files = [1, 2, 3].map((at) => new URL(`conversation/${at}.json`, import.meta.url));
    const expected = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(proxy.requests.map(({ body }) => body)).toEqual(expected.map((text) => text.trimEnd()));
  });
});
