import type { ServerResponse } from 'node:http';

import { expect } from 'vitest';

import { framesOf } from '../serving.js';
import { fault } from './fault.js';
import { behind, done, frame, hi, streams } from './vendor.js';

fault('45b', 'streams that end in time when the server is told to stop', async () => {
  const open: ServerResponse[] = [];
  const { question, server, settled } = await behind(
    (response) => {
      streams(response, hi);
      open.push(response);
    },
    { vendorSilenceMs: 30_000 },
  );
  const answers = await Promise.all(Array.from({ length: 10 }, () => question('tako', true)));
  const closing = server.close({ drainMs: 20_000 });
  for (const response of open) response.end(`${frame({ content: '!' }, 'stop')}${done}`);
  for (const answer of answers) {
    const frames = await framesOf(answer);
    expect(frames.join('')).toMatch(/"Hi".*"!"/s);
    expect(frames.at(-1)).toBe('data: [DONE]');
  }
  await closing;
  expect(await settled(10)).toBeGreaterThan(0);
});

fault('45c', 'whole answers that are being made when the server is told to stop', async () => {
  const { question, server, settled, openAtVendor } = await behind(() => undefined, { vendorSilenceMs: 30_000 });
  const asking = Array.from({ length: 10 }, () => question('tako', false));
  await expect.poll(openAtVendor).toBe(10);
  await Promise.all([server.close({ drainMs: 30 }), server.close({ drainMs: 60_000 })]);
  for (const answer of await Promise.all(asking)) {
    expect([answer.status, await answer.json()]).toMatchObject([503, { error: { code: 'shutting_down' } }]);
  }
  await settled(10);
});
