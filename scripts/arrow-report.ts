import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

import type { Arrows } from './arrows.ts';
import { readImports, type ModuleImport } from './read-imports.ts';
import { entriesOf, specifierOf, type Member, type Workspace } from './workspace.ts';

/** What reading a workspace's imports brought to light. */
export interface ArrowReport {
  /** How many modules were read. */
  readonly modules: number;
  /** One sentence each. */
  readonly violations: readonly string[];
}

/** Holds the imports of every module, and the dependencies in every package.json, against the table. */
export function checkArrows(workspace: Workspace, table: Readonly<Record<string, Arrows>>): ArrowReport {
  const { packages, apps } = workspace;
  const doors = new Set(packages.flatMap((member) => entriesOf(member).map((entry) => specifierOf(member, entry))));
  const judges = [
    ...packages.map((member) => ({ member, arrows: table[member.name] })),
    ...apps.map((member) => ({ member, arrows: anything(packages) })),
  ];
  const violations = judges.flatMap(({ member, arrows }) =>
    arrows === undefined
      ? [`${member.path} has no row in scripts/arrows.ts`]
      : [...inModules(member, arrows, doors), ...inManifest(member, arrows)],
  );
  const modules = [...packages, ...apps].flatMap((member) => member.modules).length;
  return { modules, violations: modules === 0 ? [...violations, 'no module was read'] : violations };
}

/** An app may import every package and whatever it depends on, but no other app. */
function anything(packages: readonly Member[]): Arrows {
  return { tako: packages.map(({ name }) => name), external: ['*'], neutral: false };
}

function inModules(member: Member, arrows: Arrows, doors: ReadonlySet<string>): string[] {
  if (member.modules.length === 0) return [`${member.path} has no module under src`];
  return member.modules.flatMap((file) =>
    readImports(file).flatMap((imported) => {
      const problem = problemWith(imported, file, member, arrows, doors);
      const at = join(member.path, relative(member.directory, file));
      return problem === undefined ? [] : [`${at} imports ${imported.specifier}: ${problem}`];
    }),
  );
}

function problemWith(
  { specifier, kind }: ModuleImport,
  file: string,
  member: Member,
  arrows: Arrows,
  doors: ReadonlySet<string>,
): string | undefined {
  if (specifier.startsWith('.')) {
    const inside = resolve(dirname(file), specifier).startsWith(join(member.directory, 'src') + sep);
    return inside ? undefined : 'it lies outside of the package';
  }
  if (isBuiltin(specifier)) return arrows.neutral ? 'the package runs where there is no Node' : undefined;

  const imported = packageOf(specifier);
  if (!imported.startsWith('@tako/'))
    return mayImport(imported, kind, arrows) ? undefined : 'not in its row of scripts/arrows.ts';
  if (imported === member.manifest.name) return 'a package imports itself by relative paths';
  const name = imported.slice('@tako/'.length);
  const allowed = arrows.tako.includes(name) || (kind === 'on_demand' && arrows.onDemand?.includes(name) === true);
  if (!allowed) return 'not in its row of scripts/arrows.ts';
  return doors.has(specifier) ? undefined : 'it is no published entry';
}

function inManifest({ path, manifest }: Member, arrows: Arrows): string[] {
  const { dependencies = {}, peerDependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest;
  const isPackage = path.startsWith('packages/');
  const refused = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
    .filter((name) => !mayDependOn(name, arrows))
    .map((name) => `${path}/package.json depends on ${name}: not in its row of scripts/arrows.ts`);
  if (!isPackage || !arrows.tako.includes('core')) return refused;
  if ('@tako/core' in dependencies) refused.push(`${path}/package.json: @tako/core must be a peer, not a dependency`);
  if (!('@tako/core' in peerDependencies)) refused.push(`${path}/package.json lacks the peer dependency @tako/core`);
  if (!('@tako/core' in devDependencies)) refused.push(`${path}/package.json lacks the dev dependency @tako/core`);
  return refused;
}

function mayDependOn(name: string, arrows: Arrows): boolean {
  if (!name.startsWith('@tako/')) return mayImport(name, 'type', arrows);
  return [...arrows.tako, ...(arrows.onDemand ?? [])].includes(name.slice('@tako/'.length));
}

function mayImport(name: string, kind: ModuleImport['kind'], { external = [], externalTypes = [] }: Arrows): boolean {
  const allowed = kind === 'type' ? [...external, ...externalTypes] : external;
  return allowed.some(
    (pattern) => name === pattern || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))),
  );
}

/** `@scope/name/entry` to `@scope/name`, `name/entry` to `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
