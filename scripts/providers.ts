import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { providerConformance } from '@tako/testing';

import { providersPage, type SuiteResult } from './providers-page.ts';
import { failuresOf, readProviders } from './read-providers.ts';
import { repository } from './workspace.ts';

// `pnpm providers` runs the conformance suite on every door and compares docs/providers.md with what it saw; `--update`
// writes it anew.
const file = join(repository, 'docs/providers.md');
const update = process.argv.includes('--update');

const packages = await readProviders();
const results: SuiteResult[] = [];
for (const { doors } of packages) {
  for (const door of doors) {
    const cases = providerConformance(door);
    const failures = await failuresOf(cases, 16);
    for (const failure of failures) console.error(`${door.name}: ${failure}`);
    results.push({ door: door.name, cases: cases.length, failed: failures.length });
  }
}

const page = providersPage(packages, results);
const isSame = readFileSync(file, 'utf8') === page;
if (update) writeFileSync(file, page);
else if (!isSame)
  console.error(`${relative(repository, file)} is not what was seen now; if that is meant: pnpm providers --update`);

const failed = results.reduce((sum, result) => sum + result.failed, 0);
const cases = results.reduce((sum, result) => sum + result.cases, 0);
console.log(`providers: ${packages.length} packages, ${results.length} doors, ${cases} cases, ${failed} failed`);
process.exitCode = failed > 0 || (!isSame && !update) ? 1 : 0;
