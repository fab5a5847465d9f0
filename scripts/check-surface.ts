import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

import { drift, readSurfaces } from './surface-report.ts';
import { undeclaredImports } from './undeclared-imports.ts';
import { readWorkspace, repository } from './workspace.ts';

const update = process.argv.includes('--update');
const { packages } = readWorkspace(repository);
const { surfaces, orphans, violations: unreadable } = readSurfaces(packages);
const violations = [...unreadable, ...undeclaredImports(packages)];
const changed = surfaces.filter((surface) => drift(surface).length > 0);

for (const violation of violations) console.error(violation);
if (update) {
  for (const { file, text } of changed) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const file of orphans) rmSync(file);
} else {
  for (const surface of changed) console.error([relative(repository, surface.file), ...drift(surface)].join('\n'));
  for (const file of orphans) console.error(`${relative(repository, file)} belongs to no entry`);
  if (changed.length + orphans.length > 0) console.error('If the change is meant: pnpm surface --update');
}

const stale = update ? 0 : changed.length + orphans.length;
console.log(`surface: ${surfaces.length} entries, ${stale} changed, ${violations.length} violations`);
if (stale + violations.length > 0) process.exitCode = 1;
