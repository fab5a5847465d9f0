import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { examplesOf } from './examples.ts';
import { entriesOf, readWorkspace, repository, specifierOf, type Member } from './workspace.ts';

/** Compiles every `ts` block of every page against the built packages, as a reader would paste it into a file. */
const folder = join(repository, 'node_modules/.cache/examples');
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/*/README.md'], { cwd: repository });
const { packages } = readWorkspace(repository);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
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
  paths: Object.fromEntries([...packages.flatMap(pathsOf), ...libraryPaths()]),
};
const config = { extends: join(repository, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'], exclude: [] };
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config, undefined, 2));

const { status } = spawnSync('tsc', ['-p', folder], { stdio: 'inherit' });
console.log(
  `examples: ${count} of ${pages.length} pages ${status === 0 ? 'compile' : 'were compiled, with the errors above'}`,
);
process.exitCode = status === 0 ? 0 : 1;

function pathsOf(member: Member): [string, string[]][] {
  return entriesOf(member).map((entry) => {
    const target = member.manifest.exports?.[entry];
    const types = typeof target === 'string' ? target : (target?.types ?? '');
    return [specifierOf(member, entry), [join(member.directory, types)]];
  });
}

/** Libraries that examples use and packages have for their tests. */
function libraryPaths(): [string, string[]][] {
  return ['zod', 'vitest', 'openai'].flatMap((name): [string, string[]][] => {
    const homes = [repository, ...packages.map(({ directory }) => directory)];
    const home = homes.map((directory) => join(directory, 'node_modules', name)).find((path) => existsSync(path));
    return home === undefined ? [] : [[name, [home]]];
  });
}
