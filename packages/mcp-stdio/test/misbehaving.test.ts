import { fileURLToPath } from 'node:url';

import { call, Secret } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpStdio } from '../src/index.js';
import { isRunning } from './processes.js';
import { about, fixture } from './stdio-server.js';

vi.setConfig({ testTimeout: 60_000 }); // processes start slowly on a busy machine

/** Longer than any test takes. */
const never = 600_000;

test('a server that dies in mid-call rejects every call that waits, with its exit code and last lines', async () => {
  const { server } = fixture('dies-in-call', { callTimeoutMs: never });
  const tools = await server.tools(call());
  const calls = Array.from({ length: 5 }, () => runTool(tools, 'work'));
  for (const error of await Promise.all(calls.map((each) => each.catch((thrown: unknown) => thrown)))) {
    expect(error).toMatchObject({
      code: 'transport',
      message: expect.stringMatching(
        /^dies-in-call: the server exited with code 7; its last lines: .*out of luck/,
      ) as unknown,
      details: { exitCode: 7, signal: null },
    });
  }
});

test('a server that is killed says by which signal', async () => {
  const { server } = fixture('is-killed-in-call');
  const tools = await server.tools(call());
  await expect(runTool(tools, 'work')).rejects.toMatchObject({ code: 'transport', details: { signal: 'SIGKILL' } });
});

test('a call that is sent to a server that just ended says how it ended', async () => {
  const { server } = fixture('dies-in-call');
  const tools = await server.tools(call());
  const first = runTool(tools, 'work').catch((thrown: unknown) => thrown);
  const late = Array.from({ length: 50 }, async (_, at) => {
    for (let turn = 0; turn < at; turn++) await new Promise((resolve) => setImmediate(resolve));
    return runTool(tools, 'work').catch((thrown: unknown) => thrown);
  });
  for (const error of await Promise.all([first, ...late])) {
    expect(error).toMatchObject({ code: 'transport', details: { exitCode: 7 } });
  }
});

test('after its death the server is started again by the next call, and by the next list', async () => {
  const { server } = fixture('dies-in-call');
  const tools = await server.tools(call());
  await expect(runTool(tools, 'work')).rejects.toMatchObject({ code: 'transport' });
  await expect(runTool(tools, 'work')).rejects.toMatchObject({ details: { exitCode: 7 } });
  expect(await server.tools(call())).toHaveLength(2);
});

test('an answer that was written before the end counts', async () => {
  const { server } = fixture('answers-and-dies');
  expect(outputText(await runTool(await server.tools(call()), 'work'))).toBe('last words');
});

test('a server that closes its output is as good as dead, and is ended', async () => {
  const { server } = fixture('closes-output-in-call', { graceMs: 20 });
  const tools = await server.tools(call());
  await expect(runTool(tools, 'work')).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('closed its output') as unknown,
  });
});

test('a helper of a server that died is ended', async () => {
  const { server } = fixture('leaves-helper');
  const tools = await server.tools(call());
  const { helper } = await about(tools);
  expect(isRunning(helper)).toBe(true);
  await expect(runTool(tools, 'work')).rejects.toMatchObject({ code: 'transport', details: { exitCode: 0 } });
  await vi.waitFor(() => expect(isRunning(helper)).toBe(false));
});

test('a daemon that holds the pipes neither hides the death of its server nor holds up close', async () => {
  const { server } = fixture('leaves-daemon');
  const tools = await server.tools(call());
  const { helper } = await about(tools);
  onTestFinished(() => {
    process.kill(helper);
  });
  await expect(runTool(tools, 'work')).rejects.toMatchObject({ code: 'transport', details: { exitCode: 0 } });
  await server.close();
  expect(isRunning(helper)).toBe(true);
});

test('a call that is not answered in time is a timeout, and the server hears of it', async () => {
  const clock = fakeClock();
  const { server, lines } = fixture('hangs-in-call', { clock, callTimeoutMs: 5_000 });
  const tools = await server.tools(call());
  const working = runTool(tools, 'work');
  working.catch(() => undefined);
  await vi.waitFor(() => expect(lines).toContain('received tools/call'));
  await clock.advance(5_000);

  await expect(working).rejects.toMatchObject({
    code: 'timeout',
    message: 'hangs-in-call: the call of "work" was not answered within 5000 ms (callTimeoutMs)',
  });
  await vi.waitFor(() => expect(lines).toContain('received notifications/cancelled'));
});

test('an aborted call is cancelled at once, and the server hears of it', async () => {
  const { server, lines } = fixture('hangs-in-call');
  const tools = await server.tools(call());
  const aborted = trackedSignal();
  const working = runTool(tools, 'work', {}, call({ signal: aborted.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(lines).toContain('received tools/call'));
  aborted.abort('enough');

  await expect(working).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
  await vi.waitFor(() => expect(lines).toContain('received notifications/cancelled'));
  expect(aborted.listeners).toBe(0);
});

test('a server that never answers is a timeout', async () => {
  const clock = fakeClock();
  const { server, lines } = fixture('never-answers', { clock, connectTimeoutMs: 5_000, protocolVersion: '2025-11-25' });
  const listing = server.tools(call());
  listing.catch(() => undefined);
  await vi.waitFor(() => expect(lines).toContain('received initialize'));
  await clock.advance(5_000);

  await expect(listing).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('was not ready within 5000 ms; it said: received initialize') as unknown,
  });
});

test('a server that dies before it is ready says why, without the values of its environment', async () => {
  const env = { DATABASE: new Secret('postgres://user:hunter2@db') };
  const { server, lines } = fixture('dies-at-start', { env });
  const error: unknown = await server.tools(call()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'transport',
    message: 'dies-at-start: the server exited with code 9; its last lines: no database at <redacted> | and no idea',
  });
  expect(JSON.stringify(error)).not.toContain('hunter2');
  expect(lines).toContain('no database at postgres://user:hunter2@db');
});

test.each(['ends-when-probed', 'silent-when-probed'])(
  'an old server that %s is spoken to the old way',
  async (behaviour) => {
    const { server } = fixture(behaviour, { connectTimeoutMs: 6_000 });
    expect(await server.tools(call())).toHaveLength(2);
  },
);

test('noise on stdout, bytes that are no UTF-8 too, is told of and skipped', async () => {
  const warnings: string[] = [];
  const { server } = fixture('noise', { onWarning: (message) => warnings.push(message) });
  expect((await server.tools(call())).map(({ name }) => name)).toEqual(['about']);
  expect(warnings.join('\n')).toContain('Listening on stdio, have fun!');
  expect(warnings.join('\n')).toContain('listing');
  expect(warnings.filter((warning) => warning.includes('\uFFFD'))).toHaveLength(2);
});

test('a callback that throws disturbs nobody', async () => {
  const fail = (): never => {
    throw new Error('a logger of yours');
  };
  const { server } = fixture('noise', { onWarning: fail, onStderr: fail });
  expect(await server.tools(call())).toHaveLength(1);
});

test('requests of the server are answered or declined, and disturb no call', async () => {
  const { server, lines } = fixture('asks-back');
  expect(outputText(await runTool(await server.tools(call()), 'work'))).toBe('asked');
  await vi.waitFor(() => expect(lines.filter((line) => line === 'received undefined')).toHaveLength(2));
});

test('a changed list is read again, an unchanged one is not', async () => {
  const { server, lines } = fixture('changes-tools');
  const first = await server.tools(call());
  expect(await server.tools(call())).toBe(first);
  expect(lines.filter((line) => line === 'received tools/list')).toHaveLength(1);
  await runTool(first, 'tool_0');
  expect((await server.tools(call())).map(({ name }) => name)).toEqual(['tool_0', 'tool_1']);
});

test('ten thousand tools on twenty pages', async () => {
  const { server } = fixture('many-tools');
  const tools = await server.tools(call());
  expect(new Set(tools.map(({ name }) => name)).size).toBe(10_000);
});

test('a large result arrives whole; one over the limit ends the connection, and says so', async () => {
  const { server } = fixture('large-result', { maxMessageBytes: 8 * 1024 * 1024 });
  const tools = await server.tools(call());
  expect(outputText(await runTool(tools, 'work', { size: 7_000_000 }))).toHaveLength(7_000_000);
  await expect(runTool(tools, 'work', { size: 100 * 1024 * 1024 })).rejects.toMatchObject({
    code: 'transport',
    message: expect.stringContaining('sent a message of more than 8388608 bytes') as unknown,
  });
  expect(outputText(await runTool(tools, 'work', { size: 3 }))).toBe('xxx');
});

test('a command that does not exist is not found', async () => {
  const server = new McpStdio({ name: 'lost', command: 'no-such-program' });
  await expect(server.tools(call())).rejects.toMatchObject({
    code: 'not_found',
    message: 'lost: there is no command "no-such-program"; install it, or give its path',
  });
  await server.close();
});

test('a command that may not be run says so', async () => {
  const command = fileURLToPath(import.meta.url);
  const server = new McpStdio({ name: 'text', command });
  await expect(server.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: `text: the command "${command}" may not be run; make it executable`,
    retryable: false,
  });
  await server.close();
});

test('a folder that does not exist is not found', async () => {
  const { server } = fixture('plain', { cwd: '/no/such/folder' });
  await expect(server.tools(call())).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('there is no folder "/no/such/folder"') as unknown,
  });
});

test('a failed start is tried again by the next who asks', async () => {
  let tries = 0;
  const env = { TOKEN: () => (tries++ === 0 ? Promise.reject(new Error('vault is down')) : 'secret') };
  const { server } = fixture('plain', { env });
  await expect(server.tools(call())).rejects.toThrow('vault is down');
  expect(await server.tools(call())).toHaveLength(2);
});
