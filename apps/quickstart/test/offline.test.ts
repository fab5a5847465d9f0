import {
  globSync,
  mkdtempSync,
  existsSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test, vi } from 'vitest';

import type { RunEvent } from '@tako/core';

import { runApp } from './run-app.js';

// Each test starts three processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const example = 'how many TypeScript files are in packages/core/src, and what does the smallest one do?';

function temporaryFolder(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tako-quickstart-')));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('the example question is answered with the true figures, by real tools', async () => {
  const source = join(repository, 'packages/core/src');
  const files = globSync('**/*.{ts,tsx,mts,cts}', { cwd: source }).map((file) => join(source, file));
  const bytes = Math.min(...files.map((file) => statSync(file).size));
  const smallest = files.filter((file) => statSync(file).size === bytes);

  const { code, stdout, stderr } = await runApp([example], { cwd: repository });

  expect(code).toBe(0);
  expect(stdout).toContain(`${files.length} files`);
  const named = smallest.find((file) => stdout.includes(`${relative(repository, file)} (${bytes} bytes)`));
  expect(named).toBeDefined();
  // What it says about the file stands in the file: its first comment, or its first line.
  const said = /says about itself: “(.{20})|It begins:\n(.+)/.exec(stdout)?.slice(1).join('') ?? 'nothing';
  const text = readFileSync(named ?? '', 'utf8').replaceAll(/\s*\n \* ?/g, ' ');
  expect(text).toContain(said);

  expect(stdout).toMatch(/→ search_files \{.* \d+ ms\n/);
  expect(stdout).toMatch(/\d+ steps · \d+ tokens \(\d+ in, \d+ out, estimated\) · no cost \(no model\)\n$/);
  expect(stdout).toContain('No language model');
  expect(stdout).not.toContain('\u001B');
  expect(stderr).toMatch(/^model: none; an offline stand-in.*\n$/);
});

test('other questions reach other tools of both servers', async () => {
  const folder = temporaryFolder({ 'README.md': 'Before.\n\n# Squid notes\n' });
  const question = 'what is 17 + 25? Then echo "good morning" and read README.md and tell me its first heading';
  const { code, stdout } = await runApp([question, '--folder', folder]);
  expect(code).toBe(0);
  expect(stdout).toContain('The sum of 17 and 25 is 42');
  expect(stdout).toContain('Echo: good morning');
  expect(stdout).toContain('The first heading of README.md is “Squid notes”');
});

test('--json prints nothing but events, in their order', async () => {
  const folder = temporaryFolder({ 'a.txt': 'one', 'b.txt': 'three' });
  const { code, stdout } = await runApp(['which is the', '--json', 'largest file here?', '--', '--folder', folder]);
  expect(code).toBe(0);
  // Each line is what JSON.stringify made of a RunEvent.
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  expect(events[0]?.type).toBe('run_start');
  expect(events.findIndex(({ type }) => type === 'finish')).toBe(events.length - 1);
  const steps = events.filter(({ type }) => type === 'step_start' || type === 'step_end').map(({ type }) => type);
  expect(steps).toEqual(steps.map((_, at) => (at % 2 === 0 ? 'step_start' : 'step_end')));
  const started = events.filter(({ type }) => type === 'tool_call_end').length;
  expect(started).toBeGreaterThan(0);
  expect(events.filter(({ type }) => type === 'tool_call_result')).toHaveLength(started);
  const last = events.at(-1);
  expect(last?.type === 'finish' && last.result.text).toContain('b.txt (5 bytes)');
});

test('nothing is changed unless that was allowed', async () => {
  const folder = temporaryFolder({});
  const ask = ['write "hello" to notes.txt', '--folder', folder];
  const refused = await runApp(ask);
  expect(refused.stdout).toContain('--allow-changes');
  expect(existsSync(join(folder, 'notes.txt'))).toBe(false);

  const { code } = await runApp([...ask, '--allow-changes']);
  expect(code).toBe(0);
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('hello');
});

test('a key in the environment does not reach the servers', async () => {
  const environment = { OPENAI_API_KEY: 'sk-never-to-be-shown' };
  const { code, stdout } = await runApp(['show the environment variables', '--provider', 'offline'], { environment });
  expect(code).toBe(0);
  expect(stdout).toContain('PATH');
  expect(stdout).not.toContain('sk-never');
});

test('a run that ends at its limit of steps says so', async () => {
  const { code, stdout } = await runApp([example, '--max-steps', '1'], { cwd: repository });
  expect(code).toBe(0);
  expect(stdout).toContain('ended early: max_steps');
});
