import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { bedrock } from '@tako/provider-bedrock';
import { sendsOnlyTo } from '@tako/testing';
import { loopbackServer } from '@tako/testing/loopback';
import { expect, test } from 'vitest';

import { answerBedrock, streamFrames, textFrames } from './answers.js';

const question: ChatRequest = { messages: [user('Well?')] };
const model = 'amazon.nova-pro-v1:0';
const region = 'eu-central-1';

test.each([
  ['an API key', { apiKey: 'k' }],
  ['credentials', { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } }],
])('with %s it sends nothing but to its endpoint', async (_, credential) => {
  await using server = await loopbackServer((response) => streamFrames(response, textFrames('Hi')));
  await using failing = await loopbackServer((response) => answerBedrock(response, 500, {}));
  await sendsOnlyTo([server.url, failing.url], async () => {
    const options = { model, region, ...credential };
    await collect(bedrock({ ...options, endpointUrl: server.url }).stream(question, call()));
    await chat(bedrock({ ...options, endpointUrl: failing.url }), question).catch(() => undefined);
  });
});

test('an image by URL is not fetched where nobody has allowed it', async () => {
  await using server = await loopbackServer((response) => answerBedrock(response, 200, {}));
  await sendsOnlyTo([], async () => {
    const image = { type: 'image_url', url: `${server.url}/picture.png` } as const;
    const asking = chat(bedrock({ model, region, apiKey: 'k', endpointUrl: server.url }), { messages: [user(image)] });
    await expect(asking).rejects.toMatchObject({ code: 'unsupported' });
  });
});
