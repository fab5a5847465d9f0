import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { arrows } from './arrows.ts';
import { folderOf, packageFiles, type NewPackage } from './package-files.ts';
import { repository } from './workspace.ts';

const asked = readArguments(process.argv.slice(2));
if (asked === undefined) {
  console.error('usage: pnpm new:package <name>            for example budget-sqlite');
  console.error('       pnpm new:package provider <vendor> for example acme');
  process.exitCode = 1;
} else {
  create(asked);
}

function readArguments(words: readonly string[]): NewPackage | undefined {
  const template = words.length === 2 && words[0] === 'provider' ? 'provider' : 'package';
  const name = template === 'provider' ? words[1] : words[0];
  if (name === undefined || words.length > 2 || (template === 'package' && words.length > 1)) return undefined;
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) ? { template, name } : undefined;
}

function create(wanted: NewPackage): void {
  const folder = folderOf(wanted);
  const directory = join(repository, 'packages', folder);
  if (existsSync(directory)) throw new Error(`packages/${folder} exists already`);
  for (const [path, text] of Object.entries(packageFiles(wanted))) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  // Lines have other lengths with the new name in them.
  spawnSync('oxfmt', [directory], { stdio: 'inherit' });

  console.log(`packages/${folder} is there. What is left to do:`);
  if (!(folder in arrows)) console.log(`- scripts/arrows.ts: a row for '${folder}': what it may import`);
  console.log(`- scripts/size-budgets.ts: a budget for '@tako/${folder}'`);
  console.log('- package.json: the description; README.md: what it is, options, errors, runtimes');
  if (wanted.template === 'provider') {
    console.log(
      '- src and test: they speak to a vendor that does not exist; docs/guides/write-a-provider.md leads to yours',
    );
    console.log('- pnpm providers --update, for docs/providers.md');
  }
  console.log('- pnpm install, pnpm surface --update, pnpm changeset, pnpm check');
}
