import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { checkArrows } from './arrow-report.ts';
import { arrows } from './arrows.ts';
import { folderOf, packageFiles, type NewPackage } from './package-files.ts';
import { plant } from './plant.ts';
import { readWorkspace, repository } from './workspace.ts';

const provider: NewPackage = { template: 'provider', name: 'ham-radio' };

/** Runs a program of this repository's dependencies to its end. */
function run(program: string, ...words: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repository, 'node_modules', program), ...words],
    { encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

/** A tree that holds the new package, and this repository's core and settings. */
function planted(wanted: NewPackage): string {
  const files = Object.entries(packageFiles(wanted));
  const root = plant(Object.fromEntries(files.map(([path, text]) => [`packages/${folderOf(wanted)}/${path}`, text])));
  for (const path of ['tsconfig.base.json', 'node_modules', 'packages/core'])
    symlinkSync(join(repository, path), join(root, path));
  return root;
}

test('a provider has the files that every provider has', () => {
  expect(
    Object.keys(packageFiles(provider))
      .filter((path) => !path.includes('.test.'))
      .toSorted(),
  ).toEqual([
    'README.md',
    'package.json',
    'src/capabilities.ts',
    'src/errors.ts',
    'src/from-ham-radio-stream.ts',
    'src/from-ham-radio.ts',
    'src/ham-radio.ts',
    'src/index.ts',
    'src/options.ts',
    'src/to-ham-radio.ts',
    'test/ham-radio-wire.ts',
    'test/under-test.ts',
    'tsconfig.json',
  ]);
});

test('a name is put in wherever the stand-in shows, and once', () => {
  const files = packageFiles({ template: 'provider', name: 'new-acme-corp-2' });
  expect(files['src/new-acme-corp-2.ts']).toContain("apiKey = '$ENV:NEW_ACME_CORP_2_API_KEY'");
  expect(files['src/index.ts']).toBe(
    "export { newAcmeCorp2 } from './new-acme-corp-2.js';\nexport type { NewAcmeCorp2Options } from './options.js';\n",
  );
});

test.each<NewPackage>([provider, { template: 'package', name: 'ham-radio' }])(
  'a new $template keeps to the rules, compiles, and bears its name everywhere',
  (wanted) => {
    const folder = folderOf(wanted);
    const root = planted(wanted);

    const { violations } = checkArrows(readWorkspace(root), { ...arrows, [folder]: { tako: ['core'], neutral: true } });

    expect(violations).toEqual([]);
    expect(run('typescript/bin/tsc', '-p', join(root, 'packages', folder)).said).toBe('');
    expect(JSON.stringify(packageFiles(wanted))).not.toMatch(/acme/i);
  },
);

test('a new provider passes its own tests, the conformance suite among them', { timeout: 120_000 }, () => {
  const folder = join(planted(provider), 'packages', folderOf(provider));
  const report = join(folder, 'report.json');

  const { status, said } = run('vitest/vitest.mjs', 'run', '--root', folder, '--reporter=json', '--outputFile', report);

  expect(status, said).toBe(0);
  const told = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numTotalTests: number }; // vitest's own
  expect(told.numPassedTests).toBe(told.numTotalTests);
  expect(told.numPassedTests).toBeGreaterThan(180);
});
