import { tool } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { callTools, finish, say, scriptedModel, text } from './scripted-model.js';

test(
  '5 000 runs on one signal, however they end, leave no listener, no timer and no open stream',
  { timeout: 60_000 },
  async () => {
    const tracked = trackedSignal();
    const { signal } = tracked;
    const clock = fakeClock();
    const quick = tool({ name: 'quick', execute: () => 'ok' });
    const fails = tool({ name: 'fails', execute: () => Promise.reject(new Error('no')) });
    let open = 0;
    const endings = { finish: 0, leave: 0, fail: 0 };
    for (let run = 0; run < 5_000; run++) {
      const provider = scriptedModel([
        callTools(['a', 'quick'], ['b', 'fails'], ['c', 'unknown']),
        run % 3 === 2 ? [text('Hm'), new Error('broken')] : [text('Well'), text('.'), finish()],
      ]);
      const agent = new SingleAgent({
        provider,
        tools: [quick, fails],
        clock,
        approve: () => ({ action: 'allow' }),
        prepareStep: () => undefined,
        onStepEnd: () => undefined,
      });
      let ending: keyof typeof endings = 'finish';
      try {
        for await (const { type } of agent.stream('go', { signal, onState: () => undefined })) {
          if (run % 3 !== 1 || type !== 'text_delta') continue;
          ending = 'leave';
          break;
        }
      } catch {
        ending = 'fail';
      }
      endings[ending]++;
      open += provider.openStreams;
    }
    expect(endings).toEqual({ finish: 1_667, leave: 1_667, fail: 1_666 });
    expect(tracked.listeners).toBe(0);
    expect(clock.timers).toBe(0);
    expect(open).toBe(0);
  },
);

test('runs that go on at the same time on one signal give back their listeners as they end', async () => {
  const tracked = trackedSignal();
  const { signal } = tracked;
  const waiting: (() => void)[] = [];
  const wait = tool({ name: 'wait', execute: () => new Promise<void>((resolve) => waiting.push(resolve)) });
  const runs = Array.from({ length: 50 }, () =>
    new SingleAgent({ provider: scriptedModel([callTools(['a', 'wait']), say('ok')]), tools: [wait] }).run('go', {
      signal,
    }),
  );
  while (waiting.length < 50) await new Promise(setImmediate);
  const during = tracked.listeners;
  expect(during).toBeGreaterThanOrEqual(50);
  for (const end of waiting) end();
  await Promise.all(runs);
  expect(tracked.listeners).toBe(0);
});
