import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

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
  const { template, name } = wanted;
  const sources = globSync(join(repository, 'scripts/templates', template, '*.ts')).toSorted();
  return {
    'package.json': json(manifest(wanted)),
    'tsconfig.json': json({ extends: '../../tsconfig.base.json', references: [{ path: '../core' }] }),
    'README.md': readme(wanted),
    ...Object.fromEntries(
      sources.map((file) => [`src/${named(basename(file), name)}`, named(readFileSync(file, 'utf8'), name)]),
    ),
  };
}

/** A template's text with the stand-in's name, in its three spellings, replaced. */
function named(text: string, name: string): string {
  const pascal = name.replace(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());
  const camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
  return text.replaceAll('acme-corp', name).replaceAll('AcmeCorp', pascal).replaceAll('acmeCorp', camel);
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
    devDependencies: { '@tako/core': 'workspace:^' },
    peerDependencies: { '@tako/core': 'workspace:^' },
    engines: { node: '>=22.19.0' },
  };
}

function readme(wanted: NewPackage): string {
  const { template, name } = wanted;
  const folder = folderOf(wanted);
  const options = template === 'provider' ? `{ model: '…', apiKey: '…' }` : '';
  const example = `import { acmeCorp } from '@tako/${folder}';\n\nconsole.log(acmeCorp(${options}));`;
  return [
    `# @tako/${folder}`,
    'What it is, in one sentence.',
    `\`\`\`sh\nnpm install @tako/core @tako/${folder}\n\`\`\``,
    `\`\`\`ts\n${named(example, name)}\n\`\`\``,
    '## Options',
    '## Errors',
    '## Runtimes\n',
  ].join('\n\n');
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
