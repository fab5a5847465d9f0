import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';

import type { RunEvent } from '@tako/core';
import type { ProgramOutput } from '@tako/testing/loopback';
import { expect, onTestFinished, test, vi } from 'vitest';

import { runApp, startApp } from './run-app.js';

// Processes are slow to start on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const question = 'should we move the shop to a new host?';
const names = ['single', 'self-caller', 'conductor', 'trinity', 'ab-mcts'];

/** The table without times: what depends on the machine. */
const untimed = ({ stdout }: ProgramOutput): string =>
  stdout.slice(stdout.indexOf('score  calls')).replaceAll(/ +\d+\.\d s/g, '');

test('without a terminal: lines with names, a table, every answer; nothing to steer a terminal with', async () => {
  const { code, stdout, stderr } = await runApp([question]);
  expect(code).toBe(0);
  for (const name of names) {
    expect(stdout).toMatch(new RegExp(`^\\[${name}\\] \\S`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${name} +(\\d\\.\\d\\d|–) +\\d+ +\\d+ +\\$\\d`, 'm'));
  }
  expect(stdout).toMatch(/\[conductor\] plan: \d steps/);
  expect(stdout).toContain('Simulated answer of');
  expect(stdout).not.toContain('\u001B');
  expect(stderr).toMatch(/^models: none; three simulated ones.*\n$/);
});

test('the same seed comes to the same table and answers, another seed to others', async () => {
  const [first, again, other] = await Promise.all([
    runApp([question]),
    runApp([question]),
    runApp([question, '--seed', '2']),
  ]);
  expect(untimed(again)).toBe(untimed(first));
  expect(untimed(other)).not.toBe(untimed(first));
});

test('--only runs these and no others', async () => {
  const { stdout } = await runApp([question, '--only', 'trinity,conductor']);
  expect(stdout).toContain('[trinity]');
  expect(stdout).toContain('[conductor]');
  expect(stdout).not.toMatch(/single|self-caller/);
});

test('--json prints events with names, then one line of results, whose figures are those of the events', async () => {
  const { code, stdout } = await runApp(['--json', question]);
  expect(code).toBe(0);
  // Each line is what JSON.stringify made of one of these.
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as {
          orchestrator?: string;
          event?: RunEvent;
          results?: { name: string; calls: number; usd: number; score: number; answer: string }[];
        },
    );
  const results = lines.at(-1)?.results ?? [];
  expect(results.map(({ name }) => name)).toEqual(names);
  expect(lines.slice(0, -1).every(({ event }) => event !== undefined)).toBe(true);
  for (const { name, calls, usd, answer, score } of results) {
    const events = lines.flatMap((line) =>
      line.orchestrator === name && line.event !== undefined ? [line.event] : [],
    );
    const made = events.flatMap((event) => (event.type === 'model_call' ? [event.call] : []));
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['run_start', 'finish']);
    expect(made).toHaveLength(calls);
    expect(made.reduce((sum, call) => sum + (call.costUsd ?? Number.NaN), 0)).toBeCloseTo(usd, 12);
    expect(answer).toContain('Simulated answer');
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);
  }
});

test('--max-usd holds for all of them together, and each says how it ended', async () => {
  const { code, stdout } = await runApp([question, '--json', '--max-usd', '0.004']);
  const { results } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
    results: { usd: number; ending: string }[];
  };
  expect(results.reduce((sum, { usd }) => sum + usd, 0)).toBeLessThanOrEqual(0.004);
  expect(results.some(({ ending }) => ending === 'budget' || ending === 'budget_exhausted')).toBe(true);
  expect(code).toBe(0);
  const none = await runApp([question, '--max-usd', '0.0000001']);
  expect(none.code).toBe(1);
  expect(none.stdout).toContain('budget_exhausted');
});

test('--dry-run foretells calls and dollars, and asks nobody', async () => {
  const { code, stdout } = await runApp([question, '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^single: at most 1 call, \$\d/m);
  expect(stdout).toMatch(/^self-caller: at most 8 calls, \$\d/m);
  expect(stdout).toMatch(/^trinity: at most 5 calls, \$\d/m);
  expect(stdout).not.toContain('Simulated answer');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s: exit code %i at once, what was used so far, no child process', async (signal, exitCode) => {
  const app = startApp([question, '--delay-ms', '5000']);
  await app.printed('[trinity] thinker');
  const children = childrenOf(app.process.pid ?? 0);
  const stoppedAtMs = Date.now();
  app.process.kill(signal);
  app.process.kill(signal); // the second one is harmless
  const { code, stdout, stderr } = await app.ended;
  expect(code).toBe(exitCode);
  expect(Date.now() - stoppedAtMs).toBeLessThan(4_000);
  expect(children).toEqual([]);
  for (const name of names) expect(stdout).toMatch(new RegExp(`\\[${name}\\] cancelled: \\d calls? · \\$\\d`));
  expect(stderr).toContain(`stopped by ${signal}`);
});

test('a reader that leaves ends it quietly', async () => {
  const app = startApp([question, '--delay-ms', '200']);
  await app.printed('[trinity] thinker');
  app.process.stdout?.destroy();
  const { code, stderr } = await app.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^models: .*\n$/);
});

test('a key is used, and a vendor that refuses it is told for each of them', async () => {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'Incorrect API key provided', type: 'invalid_request_error' } }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const environment = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` };
  const { code, stdout, stderr } = await runApp([question], environment);
  expect(code).toBe(1);
  expect(keys[0]).toBe('Bearer sk-test');
  expect(stdout).toMatch(/^single +– .* auth$/m);
  expect(stdout + stderr).not.toContain('sk-test');
  expect(stderr).toContain('models: openai:gpt-6-luna, openai:gpt-6-sol');
});

test('wrong use is one line and exit code 2; --help is help', async () => {
  const wrong = await runApp([question, '--only', 'nobody']);
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr).toMatch(/^error: --only takes .*\n$/);
  const help = await runApp(['--help']);
  expect([help.code, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toContain('--max-usd');
});

/** The ids of the processes that `pid` has started; where that cannot be read, none are claimed. */
function childrenOf(pid: number): string[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  return existsSync(list) ? (readFileSync(list, 'utf8').match(/\d+/g) ?? []) : [];
}
