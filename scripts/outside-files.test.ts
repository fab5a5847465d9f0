import { expect, test } from 'vitest';

import { outsideFiles } from './outside-files.ts';

const files = outsideFiles({ core: '/packed/core.tgz', testing: '/packed/testing.tgz' });

test('the project depends on the two packed packages, and on nothing else', () => {
  expect(JSON.parse(files['package.json'] ?? '')).toMatchObject({
    name: 'acme-tako-provider',
    dependencies: { '@tako/core': 'file:/packed/core.tgz', '@tako/testing': 'file:/packed/testing.tgz' },
  });
  expect(files['package.json']).not.toMatch(/workspace:|catalog:|devDependencies/);
});

test('its sources are those of a new provider, without what only this repository has', () => {
  expect(Object.keys(files).filter((path) => path.startsWith('src/'))).toContain('src/acme.ts');
  const imported = Object.entries(files).flatMap(([path, text]) =>
    path.endsWith('.ts') ? [...text.matchAll(/ from '([^.'][^']*)'/g)].map(([, name]) => name) : [],
  );
  expect(new Set(imported)).toEqual(new Set(['@tako/core', '@tako/core/provider', '@tako/testing']));
});
