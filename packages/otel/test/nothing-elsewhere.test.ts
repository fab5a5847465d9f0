import { SingleAgent } from '@tako/orchestrators';
import { sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { initOtlp, shutdown } from '../src/init/index.js';
import { otel } from '../src/index.js';
import { collector } from './collector.js';
import { scriptedModel } from './scripted-model.js';

test.each(['http', 'grpc'] as const)('over %s it sends nothing but to its endpoint', async (protocol) => {
  const { endpoint } = await collector(protocol);
  await sendsOnlyTo([endpoint], async () => {
    const { tracer } = await initOtlp({ endpoint, protocol });
    await new SingleAgent({ provider: scriptedModel(['Hi']) }).run('Q', { tracer });
    await shutdown();
  });
});

test('the tracer alone sends nothing', async () => {
  await sendsOnlyTo([], async () => {
    const { text } = await new SingleAgent({ provider: scriptedModel(['Hi']) }).run('Q', { tracer: otel() });
    expect(text).not.toBe('');
  });
});
