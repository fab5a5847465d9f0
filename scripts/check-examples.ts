import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { examplesOf } from './examples.ts';
import { readWorkspace, repository } from './workspace.ts';

/** Compiles every `ts` block of every page against the built packages, as a reader would paste it into a file. */
const folder = join(repository, 'node_modules/.cache/examples');
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/*/README.md'], { cwd: repository });
const { packages } = readWorkspace(repository);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
linkPackages();
let count = 0;
for (const page of pages) {
  for (const { line, code } of examplesOf(readFileSync(join(repository, page), 'utf8'))) {
    writeFileSync(join(folder, `${page.replaceAll('/', '__')}__line_${line}.ts`), `${code}\nexport {};\n`);
    count++;
  }
}
if (count === 0) throw new Error('no example was found: the reader of pages must be broken');
const compilerOptions = {
  noEmit: true,
  composite: false,
  incremental: false,
  isolatedDeclarations: false,
  declaration: false,
  declarationMap: false,
  types: ['node'],
  rootDir: '/',
};
const config = { extends: join(repository, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'], exclude: [] };
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config, undefined, 2));

const { status } = spawnSync('tsc', ['-p', folder], { stdio: 'inherit' });
console.log(
  `examples: ${count} on ${pages.length} pages ${status === 0 ? 'compile' : 'were compiled, with the errors above'}`,
);
process.exitCode = status === 0 ? 0 : 1;

/** Makes the packages, and the libraries that any of them has, resolve from the folder as they would from a project. */
function linkPackages(): void {
  const links = new Map<string, string>();
  for (const { directory, manifest } of [...packages].toReversed()) {
    const { dependencies = {}, devDependencies = {} } = manifest;
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      links.set(name, join(directory, 'node_modules', name));
    }
  }
  for (const { directory, manifest } of packages) links.set(manifest.name, directory);
  for (const [name, target] of links) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
}
