import { join } from 'node:path';

import { expect, test } from 'vitest';

import { arrows } from './arrows.ts';
import { plant } from './plant.ts';
import { weighEntries, weighPrograms, type SizeReport } from './size-report.ts';
import { readWorkspace } from './workspace.ts';

/** Weighs the package `name` whose only entry has this text. */
async function weigh(
  name: string,
  text: string,
  options: { entry?: string; budgetKb?: number } = {},
): Promise<SizeReport> {
  const { entry = '.', budgetKb = 1 } = options;
  const root = plant({
    [`packages/${name}/package.json`]: { name: `@tako/${name}`, exports: { [entry]: { default: './dist/index.js' } } },
    [`packages/${name}/dist/index.js`]: text,
    'node_modules/zod/index.js': 'export const z = String("zod");',
    'node_modules/openai/index.js': 'export const client = String("openai");',
  });
  return weighEntries(readWorkspace(root).packages, arrows, { [`@tako/${name}${entry.slice(1)}`]: budgetKb });
}

/** Text that does not shrink when zipped. */
function noise(bytes: number): string {
  let seed = 1;
  const next = (): string => String.fromCharCode(97 + ((seed = (seed * 48_271) % 2_147_483_647) % 26));
  return Array.from({ length: bytes }, next).join('');
}

test('an entry within its budget is weighed and accepted', async () => {
  const { weights, violations } = await weigh('budget', 'export const one = 1;');

  expect(violations).toEqual([]);
  expect(weights).toEqual([expect.objectContaining({ name: '@tako/budget', minBytes: 26, budgetKb: 1 })]);
});

test('an entry over its budget is refused', async () => {
  const { violations } = await weigh('budget', `export const text = '${noise(4_000)}';`);

  expect(violations).toEqual([expect.stringMatching(/^@tako\/budget weighs .* may weigh 1\.0 KB$/)]);
});

test('zod inside an entry is refused', async () => {
  const { violations } = await weigh('otel', `export { z } from 'zod';`);

  expect(violations).toEqual(['@tako/otel (node) holds zod']);
});

test('zod imported but dropped by the bundler is not inside', async () => {
  const { violations } = await weigh('otel', `import { z } from 'zod'; export const one = 1; const two = z;`);

  expect(violations).toEqual([]);
});

test('a Node module is refused in what runs without Node, and only there', async () => {
  const text = `export { readFileSync } from 'node:fs';`;

  expect((await weigh('budget', text)).violations).toEqual([
    '@tako/budget (node) imports node:fs',
    '@tako/budget (browser) imports node:fs',
    '@tako/budget (neutral) imports node:fs',
  ]);
  expect((await weigh('otel', text)).violations).toEqual([]);
});

test('a vendor SDK behind a /fetch entry is refused, and behind another entry is not', async () => {
  const text = `export { client } from 'openai';`;

  expect((await weigh('provider-openai', text, { entry: './fetch' })).violations).toContain(
    '@tako/provider-openai/fetch (neutral) holds openai',
  );
  expect((await weigh('provider-openai', text)).violations).toEqual([]);
});

test('an entry without a budget is refused, and so is a budget without an entry', async () => {
  const root = plant({
    'packages/budget/package.json': { name: '@tako/budget', exports: { '.': './dist/index.js' } },
    'packages/budget/dist/index.js': 'export const one = 1;',
  });
  const { violations } = await weighEntries(readWorkspace(root).packages, arrows, { '@tako/gone': 1 });

  expect(violations).toEqual([
    '@tako/budget has no budget in scripts/size-budgets.ts',
    'scripts/size-budgets.ts has a budget for @tako/gone, which does not exist',
  ]);
});

test('a program may have a budget relative to another program of the same run', async () => {
  const root = plant({
    'size/raw.ts': `export const text: string = '${noise(2_000)}';`,
    'size/ours.ts': `export const text: string = '${noise(9_000)}';`,
  });
  const weighOurs = async (byKb: number): Promise<readonly string[]> =>
    (await weighPrograms(join(root, 'size'), { raw: 10, ours: { over: 'raw', byKb } })).violations;

  expect(await weighOurs(1)).toEqual([expect.stringMatching(/^ours weighs .* may weigh /)]);
  expect(await weighOurs(10)).toEqual([]);
});
