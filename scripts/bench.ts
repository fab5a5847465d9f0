import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';

import { repository } from './workspace.ts';

// `pnpm bench` runs all of them, `pnpm bench steps` that one. Each has a process of its own, one after another, so that
// none warms or slows the next.
const programs = [
  'packages/client/bench/steps.ts',
  'packages/client/bench/deltas.ts',
  'packages/orchestrators/bench/search.ts',
  'packages/otel/bench/telemetry.ts',
];

const wanted = process.argv.slice(2);
const chosen = programs.filter((file) => wanted.length === 0 || wanted.includes(basename(file, '.ts')));
if (chosen.length === 0) throw new Error(`there is no benchmark ${wanted.join(', ')}; there is ${programs.join(', ')}`);
for (const file of chosen) {
  console.log(`bench: ${basename(file, '.ts')}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', join(repository, file)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
