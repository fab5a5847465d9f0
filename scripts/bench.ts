import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

import { repository } from './workspace.ts';

// `pnpm bench` runs every program in scripts/bench/, `pnpm bench cold-import` that one. Each has a process of its own, one
// after another, so that none warms or slows the next.
const wanted = process.argv.slice(2);
const programs = globSync(join(repository, 'scripts/bench/*.ts'))
  .toSorted()
  .filter((file) => wanted.length === 0 || wanted.includes(basename(file, '.ts')));

if (programs.length === 0) throw new Error(`scripts/bench/ holds no program ${wanted.join(', ')}`);
for (const file of programs) {
  console.log(`bench: ${basename(file, '.ts')}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', file], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
