import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of a package.json that the checks read. */
interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | { readonly types?: string; readonly default?: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package or an app of the workspace. */
export interface Member {
  /** The name of its folder, which is its package name without the scope. */
  readonly name: string;
  /** Its folder as people know it: `packages/core`. */
  readonly path: string;
  readonly directory: string;
  readonly manifest: Manifest;
  /** Its own modules under `src`, tests left out; absolute. */
  readonly modules: readonly string[];
}

export interface Workspace {
  readonly packages: readonly Member[];
  readonly apps: readonly Member[];
}

/** Where the repository is: the folder above this one. */
export const repository: string = join(import.meta.dirname, '..');

/** Reads what stands in `packages/` and `apps/` under `root`, in the order of names. */
export function readWorkspace(root: string): Workspace {
  return { packages: readMembers(root, 'packages'), apps: readMembers(root, 'apps') };
}

function readMembers(root: string, parent: string): Member[] {
  const directory = join(root, parent);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => existsSync(join(directory, name, 'package.json')))
    .toSorted()
    .map((name) => readMember(join(directory, name), parent, name));
}

function readMember(directory: string, parent: string, name: string): Member {
  // Our own file, which pnpm has read before us.
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  const modules = globSync('src/**/*.{ts,mts,cts,tsx}', { cwd: directory })
    .filter((file) => !file.includes('.test.'))
    .toSorted()
    .map((file) => join(directory, file));
  return { name, path: `${parent}/${name}`, directory, manifest, modules };
}

/** The doors of a package: the keys of its `exports`, `./package.json` left out. */
export function entriesOf({ manifest }: Member): string[] {
  return Object.keys(manifest.exports ?? {}).filter((key) => key !== './package.json');
}

/** What people write to import an entry: `@tako/core/provider` for the entry `./provider`. */
export function specifierOf({ manifest }: Member, entry: string): string {
  return manifest.name + entry.slice(1);
}
