import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Member } from './workspace.ts';

/**
 * What the built files of packages import without declaring it. The compiler and the tests find such a package among the
 * development dependencies; who installs ours does not have it, and its types are silently `any` there.
 */
export function undeclaredImports(packages: readonly Member[]): string[] {
  return packages.flatMap((member) => {
    const { dependencies, peerDependencies, name } = member.manifest;
    const declared = new Set([name, ...Object.keys(dependencies ?? {}), ...Object.keys(peerDependencies ?? {})]);
    return globSync('dist/**/*.{js,d.ts}', { cwd: member.directory })
      .toSorted()
      .flatMap((file) =>
        importsOf(readFileSync(join(member.directory, file), 'utf8'))
          .filter((imported) => !declared.has(imported))
          .map((imported) => `${member.path}/${file} imports ${imported}, which its package.json does not declare`),
      );
  });
}

/** The packages that a module names in imports and exports; Node's own and files left out. */
function importsOf(text: string): string[] {
  const specifiers = text.matchAll(/(?:^|[\s;}])(?:from|import)\s*\(?\s*['"]([@\w][^'"\n]*)['"]/gm);
  return Array.from(specifiers, ([, specifier = '']) => specifier)
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
}
