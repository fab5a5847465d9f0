import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { checkArrows } from './arrow-report.ts';
import { arrows } from './arrows.ts';
import { folderOf, packageFiles, type NewPackage } from './package-files.ts';
import { plant } from './plant.ts';
import { readWorkspace, repository } from './workspace.ts';

const provider: NewPackage = { template: 'provider', name: 'ham-radio' };

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
    'src/errors.ts',
    'src/from-ham-radio-stream.ts',
    'src/from-ham-radio.ts',
    'src/ham-radio.ts',
    'src/index.ts',
    'src/options.ts',
    'src/to-ham-radio.ts',
    'tsconfig.json',
  ]);
});

test.each<NewPackage>([provider, { template: 'package', name: 'ham-radio' }])(
  'a new $template keeps to the rules, compiles, and bears its name everywhere',
  (wanted) => {
    const folder = folderOf(wanted);
    const root = planted(wanted);

    const { violations } = checkArrows(readWorkspace(root), { ...arrows, [folder]: { tako: ['core'], neutral: true } });
    const compiling = spawnSync(
      process.execPath,
      [join(repository, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'packages', folder)],
      { encoding: 'utf8' },
    );

    expect(violations).toEqual([]);
    expect(compiling.stdout + compiling.stderr).toBe('');
    expect(JSON.stringify(packageFiles(wanted))).not.toMatch(/acme/i);
  },
);
