import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

import { call, Secret } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { runTool } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { McpStdio } from '../src/index.js';
import { children, isRunning } from './processes.js';
import { about, fixture } from './stdio-server.js';

vi.setConfig({ testTimeout: 60_000 }); // processes start slowly on a busy machine

test('the constructor starts nothing', async () => {
  const before = children();
  const { server } = fixture('plain');
  expect(children()).toEqual(before);
  await server.close();
});

test('all who ask at once share one process', async () => {
  const { server, lines } = fixture('plain');
  const lists = await Promise.all(Array.from({ length: 10 }, () => server.tools(call())));
  expect(new Set(lists).size).toBe(1);
  expect(lines.filter((line) => line === 'received initialize')).toHaveLength(1);
});

test('one who leaves does not disturb the others', async () => {
  const { server } = fixture('plain');
  const aborted = trackedSignal();
  const leaving = server.tools(call({ signal: aborted.signal }));
  const staying = server.tools(call());
  aborted.abort('bye');
  await expect(leaving).rejects.toMatchObject({ code: 'cancelled', cause: 'bye' });
  expect(await staying).toHaveLength(2);
  expect(aborted.listeners).toBe(0);
});

test('it runs in its folder, with a safe environment and what was given', async () => {
  vi.stubEnv('TAKO_TEST_TOKEN', 'from outside');
  vi.stubEnv('TAKO_TEST_OTHER', 'not for others');
  const cwd = realpathSync(tmpdir());
  const env = {
    A: 'plain',
    B: new Secret('secret'),
    C: () => Promise.resolve('asked'),
    D: '$ENV:TAKO_TEST_TOKEN',
    E: undefined,
  };
  const { server } = fixture('plain', { cwd, env });
  const seen = await about(await server.tools(call()));
  vi.unstubAllEnvs();

  expect(seen.cwd).toBe(cwd);
  expect(seen.env).toMatchObject({ A: 'plain', B: 'secret', C: 'asked', D: 'from outside', PATH: process.env['PATH'] });
  expect(seen.env).not.toHaveProperty('E');
  expect(seen.env).not.toHaveProperty('TAKO_TEST_OTHER');
});

test('a variable that is not set is said by name', async () => {
  const { server } = fixture('plain', { env: { TOKEN: '$ENV:TAKO_TEST_NOWHERE' } });
  await expect(server.tools(call())).rejects.toMatchObject({
    code: 'auth',
    message: 'plain: env TOKEN: the environment variable TAKO_TEST_NOWHERE is not set',
  });
});

test('close ends the process without a signal, once, and for good', async () => {
  const clock = fakeClock();
  const { server } = fixture('plain', { clock });
  const tools = await server.tools(call());
  const { pid } = await about(tools);
  await Promise.all([server.close(), server.close(), server[Symbol.asyncDispose]()]);

  expect(isRunning(pid)).toBe(false); // no time has passed, so no signal was sent
  expect(clock.timers).toBe(0);
  await expect(server.tools(call())).rejects.toMatchObject({ code: 'transport', retryable: false });
  await expect(runTool(tools, 'work')).rejects.toMatchObject({ message: 'plain: the session is closed' });
});

test('close rejects calls that wait, at once', async () => {
  const { server, lines } = fixture('hangs-in-call');
  const working = runTool(await server.tools(call()), 'work');
  working.catch(() => undefined);
  await vi.waitFor(() => expect(lines).toContain('received tools/call'));
  const closing = server.close();
  await expect(working).rejects.toMatchObject({ code: 'transport', message: 'hangs-in-call: the session is closed' });
  await closing;
});

test('a server that goes on after the end of its input gets a signal', async () => {
  const { server } = fixture('ignores-end-of-input', { graceMs: 100 });
  const { pid } = await about(await server.tools(call()));
  await server.close();
  expect(isRunning(pid)).toBe(false);
});

test('a server that ignores SIGTERM is killed', async () => {
  const { server, lines } = fixture('ignores-sigterm', { graceMs: 100 });
  const { pid } = await about(await server.tools(call()));
  await server.close();
  expect(isRunning(pid)).toBe(false);
  expect(lines).toContain('no');
});

test('what the server started ends with it', async () => {
  const { server } = fixture('leaves-helper', { graceMs: 100 });
  const { pid, helper } = await about(await server.tools(call()));
  await server.close();
  expect(isRunning(pid)).toBe(false);
  await vi.waitFor(() => expect(isRunning(helper)).toBe(false));
});

const moments: Readonly<Record<string, (lines: readonly string[], before: ReadonlySet<number>) => Promise<unknown>>> = {
  'before anything happened': () => Promise.resolve(),
  'in the next turn': () => new Promise((resolve) => setImmediate(resolve)),
  'when the process is there': (_lines, before) =>
    vi.waitFor(() => expect(children().some((pid) => !before.has(pid))).toBe(true)),
  'when the server was asked': (lines) => vi.waitFor(() => expect(lines).not.toEqual([])),
};

test.each(Object.entries(moments))('close while connecting, %s, leaves nothing', async (_name, moment) => {
  const before = new Set(children());
  const clock = fakeClock();
  const { server, lines } = fixture('never-answers', { clock });
  const listing = server.tools(call());
  listing.catch(() => undefined);
  await moment(lines, before);
  await server.close();
  await expect(listing).rejects.toMatchObject({ code: 'transport', message: 'never-answers: the session is closed' });
  expect(children().filter((pid) => !before.has(pid))).toEqual([]);
  expect(clock.timers).toBe(0);
});

test('close while a variable is fetched starts nothing afterwards', async () => {
  const before = new Set(children());
  let deliver: (value: string) => void = () => undefined;
  const fetched = new Promise<string>((resolve) => {
    deliver = resolve;
  });
  const token = vi.fn<() => Promise<string>>(() => fetched);
  const { server } = fixture('ignores-end-of-input', { env: { TOKEN: token } });
  const listing = server.tools(call());
  listing.catch(() => undefined);
  await vi.waitFor(() => expect(token).toHaveBeenCalled());
  await server.close();
  deliver('late');
  await expect(listing).rejects.toMatchObject({ code: 'transport' });
  // Loaded by now, had the start gone on.
  await import('../src/process-tools.js');
  await new Promise((resolve) => setImmediate(resolve));
  expect(children().filter((pid) => !before.has(pid))).toEqual([]);
});

test('death in mid-call, ten times in a row: an error each time, and nothing is left', async () => {
  const before = new Set(children());
  const exitListeners = process.listenerCount('exit');
  const { server } = fixture('dies-in-call');
  const tools = await server.tools(call());
  expect(process.listenerCount('exit')).toBe(exitListeners + 1);
  for (let round = 0; round < 10; round++) {
    await expect(runTool(tools, 'work')).rejects.toMatchObject({ code: 'transport', details: { exitCode: 7 } });
  }
  await server.close();
  expect(children().filter((pid) => !before.has(pid))).toEqual([]);
  expect(process.listenerCount('exit')).toBe(exitListeners);
});

test('a process that exits without closing takes its servers along', async () => {
  const program = fileURLToPath(new URL('fixtures/forgetful.ts', import.meta.url));
  const forgetful = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(forgetful, 'exit');
  let said = '';
  for await (const chunk of forgetful.stdout) said += String(chunk);
  await gone;
  const pid = Number(said);
  expect(pid).toBeGreaterThan(0);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
});

test('wrong options throw', () => {
  const wrong = (options: object): unknown => {
    try {
      return new McpStdio({ command: 'node', ...options });
    } catch (error) {
      return error;
    }
  };
  for (const options of [
    { command: '' },
    { name: '' },
    { prefix: 'a b' },
    { callTimeoutMs: 0 },
    { connectTimeoutMs: Number.NaN },
    { graceMs: -1 },
    { maxMessageBytes: 0 },
  ]) {
    expect(wrong(options)).toMatchObject({ code: 'invalid' });
  }
  expect(new McpStdio({ command: '/usr/bin/some-server' }).name).toBe('some-server');
});
