import { expect, test, vi } from 'vitest';

import { childrenOf, isRunning } from './child-processes.js';
import { startApp } from './run-app.js';

// Each test starts three processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const long = 'run a long operation of 60 seconds with 60 steps';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while a tool runs: exit code %i, what was used, no child process left', async (signal, exitCode) => {
  const app = startApp([long, '--json']);
  await app.printed('"model_call"');
  const servers = childrenOf(app.process.pid ?? 0);
  expect(servers.length).toBeGreaterThanOrEqual(2);

  const stoppedAtMs = Date.now();
  app.process.kill(signal);
  app.process.kill(signal); // the second one is harmless

  const { code, stdout, stderr } = await app.ended;
  expect(code).toBe(exitCode);
  expect(Date.now() - stoppedAtMs).toBeLessThan(10_000);
  expect(servers.filter(isRunning)).toEqual([]);
  expect(stdout).not.toContain('"finish"');
  expect(stderr).toMatch(/1 step · \d+ tokens/);
  expect(stderr).toContain(`stopped by ${signal}`);
});

test('a reader that leaves ends the run quietly', async () => {
  const app = startApp(['run a long operation of 1 seconds with 1 steps']);
  await app.printed('trigger-long-running-operation fits');
  app.process.stdout?.destroy();
  const { code, stderr } = await app.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^model: .*\n$/);
});
