import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseSync } from 'oxc-parser';

import { apiReport } from './api-report.ts';
import { entriesOf, specifierOf, type Member } from './workspace.ts';

/** The surface of one entry as it is now, and where the agreed one stands. */
export interface EntrySurface {
  readonly file: string;
  readonly text: string;
}

export interface SurfaceReport {
  readonly surfaces: readonly EntrySurface[];
  /** Agreed surfaces of entries that there are no more. */
  readonly orphans: readonly string[];
  /** What is wrong whatever was agreed: one sentence each. */
  readonly violations: readonly string[];
}

/** Reads the public surface of every entry of these packages. They must be built. */
export function readSurfaces(packages: readonly Member[]): SurfaceReport {
  const surfaces: EntrySurface[] = [];
  const violations: string[] = [];
  const orphans = new Set(packages.flatMap(({ directory }) => globSync(join(directory, 'api/*.api.md'))));
  for (const member of packages) {
    for (const entry of entriesOf(member)) {
      const name = specifierOf(member, entry);
      const declarations = declarationsOf(member, entry);
      const { text, errors } = apiReport(member.directory, declarations);
      const file = join(member.directory, 'api', `${entry.slice(2).replaceAll('/', '-') || 'index'}.api.md`);
      surfaces.push({ file, text });
      orphans.delete(file);
      violations.push(
        ...[...inSource(member, declarations), ...errors, ...undocumented(text)].map((it) => `${name}: ${it}`),
      );
    }
  }
  return { surfaces, orphans: [...orphans], violations };
}

/** How the surface of an entry differs from what was agreed; nothing where it does not. */
export function drift({ file, text }: EntrySurface): string[] {
  if (!existsSync(file)) return ['  (no surface was agreed yet)'];
  const agreed = readFileSync(file, 'utf8');
  if (agreed === text) return [];
  const [before, now] = [agreed.split('\n'), text.split('\n')];
  const lines = [
    ...before.filter((line) => !now.includes(line)).map((line) => `  - ${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `  + ${line}`),
  ];
  return lines.length === 0 ? ['  (the same lines in another order)'] : lines;
}

/** The `.d.ts` of an entry, relative to its package. */
function declarationsOf({ manifest, path }: Member, entry: string): string {
  const target = manifest.exports?.[entry];
  if (typeof target !== 'object' || target.types === undefined)
    throw new Error(`${path}/package.json: the entry ${entry} names no types`);
  return target.types;
}

/** The extractor marks exports (at the start of a line) and members (indented) that have no comment. */
function undocumented(text: string): string[] {
  return [...text.matchAll(/^\/\/ @public \(undocumented\)\n(.*)$/gm)].map(([, line]) => `no comment on: ${line}`);
}

/** An entry's own module is a table of contents: names from elsewhere, and nothing else. */
function inSource({ directory }: Member, declarations: string): string[] {
  const file = declarations.replace(/^\.\/dist\//, 'src/').replace(/\.d\.ts$/, '.ts');
  const { program } = parseSync(file, readFileSync(join(directory, file), 'utf8'));
  return program.body.flatMap((statement) => {
    if (statement.type === 'ExportAllDeclaration') return [`${file} holds an export *`];
    if (statement.type !== 'ExportNamedDeclaration' || statement.source === null) return [`${file} holds code`];
    const names = statement.specifiers.map(({ exported }) => ('name' in exported ? exported.name : exported.value));
    return names.includes('default') ? [`${file} holds a default export`] : [];
  });
}
