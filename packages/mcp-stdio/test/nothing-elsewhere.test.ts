import { call } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { fixture } from './stdio-server.js';

test('it sends nothing but to the process it starts, which gets nothing of our environment', async () => {
  await sendsOnlyTo([], async () => {
    const { server } = fixture('plain');
    expect(await server.tools(call())).not.toHaveLength(0);
    await server.close();
  });
});
