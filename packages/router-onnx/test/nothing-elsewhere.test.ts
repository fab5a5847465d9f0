import { call, user } from '@tako/core';
import { scriptedProvider, sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { onnxRouter } from '../src/index.js';
import { tinyClassifier } from './tiny-onnx.js';

test('it sends nothing: its run time is loaded from its own package', async () => {
  const model = tinyClassifier({ weights: [Array.from({ length: 16 }, () => 1)] });
  await sendsOnlyTo([], async () => {
    await using router = onnxRouter({ model, pool: ['a:1'] });
    const request = { messages: [user('Well?')] };
    const candidates = [scriptedProvider([], { id: 'a:1' })];
    expect(await router.route({ request, step: 0, candidates }, call())).toMatchObject({ providerId: 'a:1' });
  });
});
