import { expect, test } from 'vitest';

import { startProgram } from './start-program.js';

const node = process.execPath;
const ticking = "let n = 0; setInterval(() => console.log(`tick ${++n}`), 1); console.error('é漢')";

test('a program is run to its end, with its folder and its environment alone', async () => {
  const script =
    'console.log(process.cwd(), process.env.A, process.env.HOME); console.error("é漢"); process.exitCode = 3';
  const { ended } = startProgram(node, ['-e', script], { cwd: '/', env: { A: 'a  b' } });
  expect(await ended).toEqual({ code: 3, signal: null, stdout: '/ a  b undefined\n', stderr: 'é漢\n' });
});

test('what it prints can be waited for, before and after it was printed', async () => {
  await using program = startProgram(node, ['-e', ticking]);
  await program.printed('tick 3');
  await program.printed('tick 1\n');
  expect(await program.found(({ stderr }) => /^(.+)\n/.exec(stderr)?.[1])).toBe('é漢');
  expect(program.output.stdout).toContain('tick 2\n');
});

test('waiting for what never comes ends with the program, and tells what came', async () => {
  const program = startProgram(node, ['-e', "console.log('here'); console.error('there')"]);
  await expect(program.printed('elsewhere')).rejects.toThrow(/ended without[^]*here\n[^]*there\n/);
  await expect(program.printed('elsewhere')).rejects.toThrow('ended without');
  await expect(program.printed('here')).resolves.toBeUndefined();
});

test('stopping waits until it is gone, and changes nothing the second time', async () => {
  const program = startProgram(node, ['-e', `process.on('SIGTERM', () => undefined); ${ticking}`]);
  await program.printed('tick');
  await program.stop();
  expect(() => process.kill(program.process.pid ?? 0, 0)).toThrow('ESRCH');
  expect(await program.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  await program.stop();
});

test('a program that is not there is an error to whoever waits', async () => {
  const program = startProgram('no-such-program-anywhere');
  await expect(program.ended).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(program.printed('x')).rejects.toMatchObject({ code: 'ENOENT' });
  await program.stop();
});
