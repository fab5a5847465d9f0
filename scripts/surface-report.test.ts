import { expect, test } from 'vitest';

import { plant } from './plant.ts';
import { drift, readSurfaces, type SurfaceReport } from './surface-report.ts';
import { readWorkspace } from './workspace.ts';

const documented = '/** One. */\nexport declare const one = 1;\n';

/** Reads the surface of a package with this entry module, and these built declarations of `one.ts`. */
function read(source: string, one: string, more: Readonly<Record<string, string>> = {}): SurfaceReport {
  const root = plant({
    'packages/demo/package.json': {
      name: '@tako/demo',
      version: '1.0.0',
      exports: { '.': { types: './dist/index.d.ts' }, './package.json': './package.json' },
    },
    'packages/demo/tsconfig.json': { compilerOptions: { module: 'nodenext', lib: ['es5'], types: [] } },
    'packages/demo/src/index.ts': source,
    'packages/demo/dist/index.d.ts': source,
    'packages/demo/dist/one.d.ts': one,
    ...more,
  });
  return readSurfaces(readWorkspace(root).packages);
}

test('a documented export of a table of contents is accepted', () => {
  const { surfaces, violations } = read(`export { one } from './one.js';\n`, documented);

  expect(violations).toEqual([]);
  expect(surfaces.map(({ text }) => text)).toEqual([expect.stringContaining('export const one = 1;')]);
});

test('an export without a comment is refused', () => {
  const { violations } = read(`export { one } from './one.js';\n`, 'export declare const one = 1;\n');

  expect(violations).toEqual(['@tako/demo: no comment on: export const one = 1;']);
});

test.each([
  ['an export *', `export * from './one.js';\n`],
  ['code', '/** One. */\nexport declare const one = 1;\n'],
  ['a default export', `export { one as default } from './one.js';\n`],
])('%s in an entry is refused', (what, source) => {
  const { violations } = read(source, documented);

  expect(violations).toEqual([`@tako/demo: src/index.ts holds ${what}`]);
});

test('a link in a comment that leads nowhere is refused', () => {
  const { violations } = read(`export { one } from './one.js';\n`, documented.replace('One.', 'See {@link gone}.'));

  expect(violations).toEqual([expect.stringContaining('"gone"')]);
});

test('a surface that differs from the agreed one is shown line by line', () => {
  const file = 'packages/demo/api/index.api.md';
  const first = read(`export { one } from './one.js';\n`, documented).surfaces[0];
  const agreed = { [file]: first?.text ?? '' };

  const same = read(`export { one } from './one.js';\n`, documented, agreed);
  const other = read(`export { one } from './one.js';\n`, documented.replace('1;', '2;'), agreed);

  expect(same.surfaces.flatMap(drift)).toEqual([]);
  expect(other.surfaces.flatMap(drift)).toEqual(['  - export const one = 1;', '  + export const one = 2;']);
});

test('an agreed surface whose entry is gone is an orphan', () => {
  const { orphans } = read(`export { one } from './one.js';\n`, documented, { 'packages/demo/api/gone.api.md': '' });

  expect(orphans).toEqual([expect.stringMatching(/gone\.api\.md$/)]);
});
