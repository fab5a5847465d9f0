import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from './workspace.ts';

/** What to make: any package, or a provider for a vendor. Names are kebab-case: `budget-sqlite`, `acme`. */
export interface NewPackage {
  readonly template: 'package' | 'provider';
  readonly name: string;
}

/** The folder of a new package, which is its name without the scope: `provider-acme`. */
export function folderOf({ template, name }: NewPackage): string {
  return template === 'provider' ? `provider-${name}` : name;
}

/** The files of a new package, by their path in its folder. */
export function packageFiles(wanted: NewPackage): Readonly<Record<string, string>> {
  return {
    'package.json': json(manifest(wanted)),
    'tsconfig.json': json({ extends: '../../tsconfig.base.json', references: [{ path: '../core' }] }),
    ...templateFiles(wanted),
  };
}

/** What stands in the folder of the template, under the new name. */
export function templateFiles({ template, name }: NewPackage): Readonly<Record<string, string>> {
  const folder = join(repository, 'scripts/templates', template);
  const paths = globSync('**/*.{ts,md}', { cwd: folder }).toSorted();
  return Object.fromEntries(
    paths.map((path) => [named(path, name), named(readFileSync(join(folder, path), 'utf8'), name)]),
  );
}

/** A template's text with the stand-in's name, in its four spellings, replaced. */
function named(text: string, name: string): string {
  const pascal = name.replace(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());
  const spellings: Readonly<Record<string, string>> = {
    'acme-corp': name,
    AcmeCorp: pascal,
    acmeCorp: pascal.slice(0, 1).toLowerCase() + pascal.slice(1),
    ACME_CORP: name.toUpperCase().replaceAll('-', '_'),
  };
  return text.replace(/acme-corp|AcmeCorp|acmeCorp|ACME_CORP/g, (spelling) => spellings[spelling] ?? spelling);
}

function manifest(wanted: NewPackage): object {
  const folder = folderOf(wanted);
  return {
    name: `@tako/${folder}`,
    version: '0.1.0',
    description: `Tako: ${folder}.`,
    keywords: ['agents', 'ai', 'llm', 'tako'],
    license: 'Apache-2.0',
    repository: { type: 'git', url: 'git+https://github.com/tako-ai/tako.git', directory: `packages/${folder}` },
    files: ['dist', '!dist/.tsbuildinfo'],
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    publishConfig: { access: 'public' },
    scripts: { build: 'tsc -p tsconfig.json', 'verify:pack': 'publint --strict && attw --pack . --profile esm-only' },
    devDependencies: {
      '@tako/core': 'workspace:^',
      ...(wanted.template === 'provider' ? { '@tako/testing': 'workspace:^' } : {}),
    },
    peerDependencies: { '@tako/core': 'workspace:^' },
    engines: { node: '>=22.19.0' },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
