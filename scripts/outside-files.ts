import { templateFiles } from './package-files.ts';

/** Where the packed packages are, by name. */
export interface Tarballs {
  readonly core: string;
  readonly testing: string;
}

/**
 * The files of a provider that somebody writes outside this repository, by their path in its folder: what
 * `pnpm new:package provider acme` gives, and around it only what such a project has of its own.
 */
export function outsideFiles({ core, testing }: Tarballs): Readonly<Record<string, string>> {
  const sources = Object.entries(templateFiles({ template: 'provider', name: 'acme' }));
  return {
    // The tests that want Vitest stay at home: the suite knows no runner, and this project has none but Node's own.
    ...Object.fromEntries(sources.filter(([path]) => path.endsWith('.ts') && !path.endsWith('.test.ts'))),
    'test/conformance.test.js': conformanceTest,
    'package.json': json({
      name: 'acme-tako-provider',
      version: '0.1.0',
      type: 'module',
      exports: { types: './dist/src/index.d.ts', default: './dist/src/index.js' },
      dependencies: { '@tako/core': `file:${core}`, '@tako/testing': `file:${testing}` },
    }),
    'tsconfig.json': json({ compilerOptions, include: ['src', 'test'] }),
  };
}

/** As strict as a stranger may be, down to the declarations of the packages that are installed. */
const compilerOptions = {
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable', 'dom'],
  module: 'nodenext',
  types: [],
  strict: true,
  skipLibCheck: false,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  rootDir: '.',
  outDir: 'dist',
};

/** JavaScript: types for `node:test` would be one more dependency. */
const conformanceTest = `import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { providerConformance } from '@tako/testing';
import { acme } from 'acme-tako-provider';

import { underTest } from '../dist/test/under-test.js';

assert.equal(acme({ model: 'large' }).id, 'acme:large', 'the package is found by its name');

for (const provider of underTest) {
  describe(provider.name, { concurrency: 4 }, () => {
    for (const { name, run } of providerConformance(provider)) test(name, run);
  });
}
`;

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
