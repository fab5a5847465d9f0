import { call, user } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { processVerifier } from '../src/index.js';

test('it sends nothing, and its process gets nothing of our environment', async () => {
  await sendsOnlyTo([], async () => {
    const code = 'const { PATH, ...rest } = process.env; if (rest.HTTP_PROXY !== undefined) process.exit(1);';
    const verifier = processVerifier({ command: [process.execPath, 'answer.mjs'] });
    expect(await verifier.verify({ messages: [user('Well?')], text: code }, call())).toMatchObject({ score: 1 });
  });
});
