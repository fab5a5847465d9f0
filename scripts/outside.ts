import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { outsideFiles } from './outside-files.ts';
import { repository } from './workspace.ts';

/**
 * Walks the road of a stranger: a provider in a project of its own, which has nothing of this repository but what we would
 * publish of `@tako/core` and `@tako/testing`. It is installed, compiled, and proven by the conformance suite.
 */
const folder = mkdtempSync(join(tmpdir(), 'tako-outside-'));
/** A suite that has lost its cases proves nothing. */
const fewestCases = 120;

try {
  console.log(`outside: a provider in a project of its own passed ${provedCases()} conformance cases`);
} catch (error) {
  console.error(`outside: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @throws when anything fails on the way */
function provedCases(): number {
  const files = outsideFiles({ core: pack('core'), testing: pack('testing') });
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  // The packages have no dependencies: whatever npm would fetch is one too many.
  run(folder, 'npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  run(folder, process.execPath, join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.');
  const report = run(folder, process.execPath, '--test', '--test-reporter=tap', 'test/conformance.test.js');
  const passed = Number(/^# pass (\d+)$/m.exec(report)?.[1]);
  if (!(passed >= fewestCases)) throw new Error(`${passed} cases passed, where ${fewestCases} should at the least`);
  return passed;
}

/** Packs a package as it would be published. @returns the path of the tarball */
function pack(name: string): string {
  const tarball = join(folder, `${name}.tgz`);
  run(join(repository, 'packages', name), 'pnpm', 'pack', '--out', tarball);
  return tarball;
}

/** Runs a program to its end. @returns what it said @throws what it said when it failed */
function run(cwd: string, program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${program} cannot be run: ${error.message}`, { cause: error });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed:\n${withoutPasses(stdout)}${stderr}`);
  return stdout;
}

/** A report of tests without those that passed; other texts as they are. */
function withoutPasses(said: string): string {
  return said.replaceAll(/^ *(# Subtest: .*|ok \d+ [\s\S]*?\n *\.\.\.)\n/gm, '');
}
