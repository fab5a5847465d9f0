import { expect, test } from 'vitest';

import { checkArrows } from './arrow-report.ts';
import { arrows } from './arrows.ts';
import { plant } from './plant.ts';
import { readWorkspace } from './workspace.ts';

const core = {
  'packages/core/package.json': { name: '@tako/core', exports: { '.': './dist/index.js' } },
  'packages/core/src/index.ts': 'export const one = 1;',
};
const peer = { peerDependencies: { '@tako/core': '*' }, devDependencies: { '@tako/core': '*' } };

function violations(files: Readonly<Record<string, string | object>>): readonly string[] {
  return checkArrows(readWorkspace(plant(files)), arrows).violations;
}

/** A tree in which the module `src/index.ts` of a package has this text. */
function packageWith(name: string, text: string, manifest: object = peer): Readonly<Record<string, string | object>> {
  return {
    ...core,
    [`packages/${name}/package.json`]: { name: `@tako/${name}`, exports: { '.': './dist/index.js' }, ...manifest },
    [`packages/${name}/src/index.ts`]: text,
  };
}

test('a tree that keeps to the table is accepted, and its modules are counted', () => {
  const root = plant(packageWith('budget', `import { one } from '@tako/core'; export const two = one + one;`));

  expect(checkArrows(readWorkspace(root), arrows)).toEqual({ modules: 2, violations: [] });
});

test('a tree without modules is refused: a reader that reads nothing finds nothing', () => {
  expect(violations({})).toEqual(['no module was read']);
});

test.each([
  ['another package than the table allows', 'budget', `import '@tako/reliability';`],
  ['another provider', 'provider-openai', `export * from '@tako/provider-azure-openai';`],
  ['a package from elsewhere', 'budget', `import { z } from 'zod';`],
  ['the value of a package of which only types are allowed', 'openai-wire', `import OpenAI from 'openai';`],
  ['a Node module, in a package that runs without Node', 'budget', `const fs = await import('node:fs');`],
  ['the inside of another package', 'budget', `import '@tako/core/dist/index.js';`],
  ['a file of another package', 'budget', `export type { One } from '../../core/src/index.js';`],
  ['a type by import()', 'budget', `export type Z = import('zod').ZodType;`],
  ['at once what may only be imported on demand', 'provider-ollama', `import '@tako/safe-fetch';`],
  ['an app', 'budget', `import '@tako/app-quickstart';`],
])('importing %s is refused', (_what, name, text) => {
  expect(violations(packageWith(name, text))).toEqual([
    expect.stringMatching(new RegExp(`^packages/${name}/src/index.ts imports `)),
  ]);
});

test('types of the vendor SDK are allowed where the table says types', () => {
  expect(violations(packageWith('openai-wire', `import type OpenAI from 'openai';`))).toEqual([]);
});

test('a package that depends on core otherwise than as a peer is refused', () => {
  expect(violations(packageWith('budget', 'export {};', { dependencies: { '@tako/core': '*' } }))).toEqual([
    'packages/budget/package.json: @tako/core must be a peer, not a dependency',
    'packages/budget/package.json lacks the peer dependency @tako/core',
    'packages/budget/package.json lacks the dev dependency @tako/core',
  ]);
});

test('a dependency that the table does not allow is refused, even if no module imports it', () => {
  const manifest = { ...peer, dependencies: { zod: '*', '@tako/reliability': '*' } };

  expect(violations(packageWith('budget', 'export {};', manifest))).toHaveLength(2);
});

test('import() of what cannot be judged is refused; a file by its URL names no package', () => {
  expect(violations(packageWith('budget', 'await import(new URL(path).href);'))).toEqual([]);
  expect(() => violations(packageWith('budget', 'await import(name);'))).toThrow('string literal');
});

test('a package without a row in the table is refused', () => {
  expect(violations(packageWith('stray', 'export {};'))).toEqual(['packages/stray has no row in scripts/arrows.ts']);
});

test('an app may import any package, but no other app', () => {
  const app = {
    'apps/one/package.json': { name: '@tako/app-one' },
    'apps/one/src/main.ts': `import '@tako/core'; import 'zod'; import '@tako/app-two';`,
  };

  expect(violations({ ...core, ...app })).toEqual([
    expect.stringContaining('apps/one/src/main.ts imports @tako/app-two'),
  ]);
});

test('the table lets no provider import another, and core import nothing of ours', () => {
  const providers = Object.entries(arrows).filter(([name]) => name.startsWith('provider-'));

  expect(providers.flatMap(([, { tako }]) => tako).filter((name) => name.startsWith('provider-'))).toEqual([]);
  expect(arrows['core']?.tako).toEqual([]);
});
