import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { call, user, type Attempt } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { processVerifier, type ProcessVerifierOptions } from '../src/index.js';

const node = process.execPath;
const attempt = (text: string): Attempt => ({ messages: [user('Write add.')], text });
/** Runs the answer itself. */
const runs = (over: Partial<ProcessVerifierOptions> = {}): ProcessVerifierOptions => ({
  command: [node, 'answer.mjs'],
  ...over,
});

async function workFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('tako-verify-'));
}

/** Whether a process is over: on Linux one that nobody has reaped still has its number. */
async function isGone(id: number): Promise<boolean> {
  try {
    process.kill(id, 0);
  } catch {
    return true;
  }
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  return /\) Z /.test(stat);
}

/** Starts a grandchild that would run for an hour, and tells its process id. */
const grandchild = `
import { spawn } from 'node:child_process';
const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3_600_000)'], { stdio: 'inherit' });
console.log('pid ' + child.pid);
`;

test('tests run on the answer: exit code 0 is 1, all else is 0 with the end of the output', async () => {
  const verifier = processVerifier({
    command: [node, 'check/check.mjs'],
    files: ({ text }) => ({
      'answer.mjs': text,
      'check/check.mjs': `import { add } from '../answer.mjs';\nif (add(2, 3) !== 5) { console.log('x'.repeat(9_000)); console.error('add(2, 3) is ' + add(2, 3)); process.exit(3); }`,
    }),
  });
  expect(await verifier.verify(attempt('export const add = (a, b) => a + b;'), call())).toEqual({ score: 1 });
  const wrong = await verifier.verify(attempt('export const add = (a, b) => a - b;'), call());
  expect(wrong).toMatchObject({ score: 0, feedback: expect.stringContaining('add(2, 3) is -1') });
  expect(wrong.feedback?.length).toBeLessThan(2_100);
  expect((await verifier.verify(attempt('syntax error ('), call())).feedback).toContain('SyntaxError');
  expect(await workFolders()).toEqual([]);
});

test('the score may be a share of the tests', async () => {
  const verifier = processVerifier(runs({ score: ({ output }) => Number(/(\d+) of 4/.exec(output)?.[1]) / 4 }));
  expect(await verifier.verify(attempt('console.log("3 of 4")'), call())).toEqual({ score: 0.75, feedback: '3 of 4' });
  await expect(verifier.verify(attempt('console.log("none")'), call())).rejects.toMatchObject({
    code: 'malformed_response',
  });
  await expect(verifier.verify(attempt('console.log("9 of 4")'), call())).rejects.toMatchObject({
    code: 'malformed_response',
  });
});

test('an endless answer is worth 0, and all that it has started is killed', async () => {
  const verifier = processVerifier(runs({ timeoutMs: 700 }));
  const verdict = await verifier.verify(
    attempt(`${grandchild}\nfor (;;) await new Promise((go) => setTimeout(go, 5));`),
    call(),
  );
  expect(verdict).toMatchObject({ score: 0, feedback: expect.stringContaining('It did not end within 700 ms.') });
  const id = Number(/pid (\d+)/.exec(verdict.feedback ?? '')?.[1]);
  await expect.poll(() => isGone(id)).toBe(true);
  expect(await workFolders()).toEqual([]);
});

test('what an answer leaves running is killed, and does not keep the verdict waiting', async () => {
  const verifier = processVerifier(runs({ score: () => 0.5 }));
  const verdict = await verifier.verify(attempt(`${grandchild}\nprocess.exit(0);`), call());
  const id = Number(/pid (\d+)/.exec(verdict.feedback ?? '')?.[1]);
  expect(id).toBeGreaterThan(0);
  await expect.poll(() => isGone(id)).toBe(true);
});

test('what has left the group keeps nobody waiting', async () => {
  const verifier = processVerifier(runs({ score: () => 0.5 }));
  const leaver = grandchild.replace("stdio: 'inherit'", "stdio: 'inherit', detached: true");
  const verdict = await verifier.verify(attempt(`${leaver}\nprocess.exit(0);`), call());
  const id = Number(/pid (\d+)/.exec(verdict.feedback ?? '')?.[1]);
  expect(await isGone(id)).toBe(false);
  process.kill(id, 'SIGKILL');
});

test('an answer that writes without end is stopped', async () => {
  const verifier = processVerifier(runs({ maxOutputBytes: 10_000 }));
  const verdict = await verifier.verify(attempt('for (;;) process.stdout.write("x".repeat(65_536));'), call());
  expect(verdict).toMatchObject({ score: 0, feedback: expect.stringContaining('It wrote more than 10000 bytes.') });
});

test.runIf(process.platform === 'linux')('an answer that takes too much memory is stopped', async () => {
  const verifier = processVerifier(runs({ maxMemoryBytes: 200 * 2 ** 20 }));
  const hog =
    'const held = []; for (;;) { held.push(Buffer.alloc(2 ** 24, 1)); await new Promise((go) => setTimeout(go, 10)); }';
  const verdict = await verifier.verify(attempt(hog), call());
  expect(verdict).toEqual({ score: 0, feedback: 'It used more than 209715200 bytes of memory.' });
  expect(await verifier.verify(attempt('await new Promise((go) => setTimeout(go, 600));'), call())).toEqual({
    score: 1,
  });
});

test('nothing of our environment is handed on', async () => {
  const verifier = processVerifier(runs({ env: { GIVEN: 'yes' }, score: () => 0 }));
  const { feedback } = await verifier.verify(attempt('console.log(Object.keys(process.env).sort().join())'), call());
  expect(feedback).toBe('GIVEN,PATH');
});

test('an aborted judgement is cancelled and kills everything; one that waits is not begun', async () => {
  const tracked = trackedSignal();
  const verifier = processVerifier(runs({ concurrency: 1 }));
  const running = verifier.verify(
    attempt('for (;;) await new Promise((go) => setTimeout(go, 5));'),
    call({ signal: tracked.signal }),
  );
  const waiting = verifier.verify(attempt('throw 1'), call({ signal: tracked.signal }));
  const refused = Promise.all(
    [running, waiting].map((it) => expect(it).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' })),
  );
  await expect.poll(workFolders).toHaveLength(1);
  tracked.abort('enough');
  await refused;
  expect(tracked.listeners).toBe(0);
  expect(await workFolders()).toEqual([]);
  expect(await verifier.verify(attempt(''), call())).toEqual({ score: 1 });
});

test('no timer stays behind', async () => {
  const clock = fakeClock();
  const verifier = processVerifier(
    runs({ clock, ...(process.platform === 'linux' ? { maxMemoryBytes: 2 ** 32 } : {}) }),
  );
  expect(await verifier.verify(attempt(''), call())).toEqual({ score: 1 });
  expect(clock.timers).toBe(0);
});

test('a program that is not there gives no verdict', async () => {
  const verifier = processVerifier({ command: ['no-such-program-anywhere'] });
  await expect(verifier.verify(attempt(''), call())).rejects.toMatchObject({
    code: 'invalid',
    cause: { code: 'ENOENT' },
  });
  expect(await workFolders()).toEqual([]);
});

test.for(['../out.mjs', '/etc/out', 'a/../../out', '..', 'a\0b'])(
  'the file %j leads out of the folder: refused',
  async (path) => {
    const verifier = processVerifier(runs({ files: () => ({ [path]: '' }) }));
    await expect(verifier.verify(attempt(''), call())).rejects.toMatchObject({ code: 'invalid' });
  },
);

test('files or a score that throw are invalid', async () => {
  const cause = new Error('oh');
  const throws = (): never => {
    throw cause;
  };
  for (const over of [{ files: throws }, { score: throws }]) {
    await expect(processVerifier(runs(over)).verify(attempt(''), call())).rejects.toMatchObject({
      code: 'invalid',
      cause,
    });
  }
});

test.for([{ timeoutMs: 0 }, { maxOutputBytes: Number.NaN }, { maxMemoryBytes: -1 }, { concurrency: 0 }])(
  '%j is refused',
  (over) => {
    expect(() => processVerifier(runs(over))).toThrow(expect.objectContaining({ code: 'invalid' }));
  },
);
