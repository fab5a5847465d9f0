import { join } from 'node:path';

import { expect, test } from 'vitest';

import { plant } from './plant.ts';
import { undeclaredImports } from './undeclared-imports.ts';
import { readWorkspace } from './workspace.ts';

test('a declaration that imports a development dependency is found; Node, files and declared packages are not', () => {
  const root = plant({
    'packages/a/package.json': JSON.stringify({
      name: '@tako/a',
      dependencies: { declared: '1' },
      peerDependencies: { '@tako/core': '1' },
      devDependencies: { 'types-only': '1' },
    }),
    'packages/a/dist/index.d.ts': [
      "import type { A } from 'types-only';",
      "export { B } from 'declared/deep';",
      "import 'node:fs';",
      "import type { C } from '@tako/core/provider';",
      "export * from './c.js';",
    ].join('\n'),
    'packages/a/dist/c.js': "const { d } = await import('@scope/on-demand/x');",
  });
  expect(undeclaredImports(readWorkspace(root).packages)).toEqual([
    `${join('packages/a', 'dist/c.js')} imports @scope/on-demand, which its package.json does not declare`,
    `${join('packages/a', 'dist/index.d.ts')} imports types-only, which its package.json does not declare`,
  ]);
});
