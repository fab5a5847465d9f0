import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Arrows } from './arrows.ts';
import { bundle, type Bundle, type Platform } from './bundle.ts';
import { broughtBySdk, forbiddenEverywhere, forbiddenInFetchEntries, type Budget } from './size-budgets.ts';
import { entriesOf, specifierOf, type Member } from './workspace.ts';

/** What one entry or program weighs. */
export interface Weight {
  readonly name: string;
  readonly minBytes: number;
  readonly gzBytes: number;
  /** The same without `@tako/core`, which it shares with its neighbours. */
  readonly gzBytesWithoutCore: number;
  readonly budgetKb: number | undefined;
}

export interface SizeReport {
  readonly weights: readonly Weight[];
  /** One sentence each. */
  readonly violations: readonly string[];
}

/** Weighs every published entry of these packages, each alone, and looks for what must not be inside. */
export async function weighEntries(
  packages: readonly Member[],
  table: Readonly<Record<string, Arrows>>,
  budgets: Readonly<Record<string, number>>,
): Promise<SizeReport> {
  const weights: Weight[] = [];
  const violations: string[] = [];
  for (const member of packages) {
    for (const entry of entriesOf(member)) {
      const name = specifierOf(member, entry);
      const { neutral = false, onDemand = [] } = table[member.name] ?? {};
      const isFetchEntry = entry.endsWith('/fetch');
      const everywhere = forbiddenEverywhere.filter((banned) => broughtBySdk[member.name]?.includes(banned) !== true);
      const forbidden = isFetchEntry ? [...everywhere, ...forbiddenInFetchEntries] : everywhere;
      const platforms: readonly Platform[] = neutral || isFetchEntry ? ['node', 'browser', 'neutral'] : ['node'];
      const file = join(member.directory, fileOf(member, entry));
      const external = onDemand.map((left) => `@tako/${left}`);

      for (const platform of platforms) {
        const whole = await bundle(file, platform, external);
        violations.push(
          ...contraband(whole, forbidden, platforms.length > 1).map((what) => `${name} (${platform}) ${what}`),
        );
        if (platform === 'node') weights.push(await weigh(name, file, whole, external, budgets[name]));
      }
    }
  }
  const names = new Set(weights.map(({ name }) => name));
  return { weights, violations: [...violations, ...overweight(weights), ...idle(budgets, names)] };
}

/** Weighs the programs in a folder: what an application that uses several packages carries. */
export async function weighPrograms(folder: string, budgets: Readonly<Record<string, Budget>>): Promise<SizeReport> {
  const bundles = new Map<string, { file: string; whole: Bundle }>();
  for (const file of globSync(join(folder, '*.ts')).toSorted())
    bundles.set(basename(file, '.ts'), { file, whole: await bundle(file, 'node', []) });

  const weights: Weight[] = [];
  for (const [name, { file, whole }] of bundles) {
    const budget = budgets[name];
    const budgetKb =
      typeof budget === 'object' ? kb(bundles.get(budget.over)?.whole.gzBytes ?? 0) + budget.byKb : budget;
    weights.push(await weigh(name, file, whole, [], budgetKb));
  }
  return { weights, violations: [...overweight(weights), ...idle(budgets, new Set(bundles.keys()))] };
}

export function kb(bytes: number): number {
  return bytes / 1024;
}

async function weigh(
  name: string,
  file: string,
  { minBytes, gzBytes }: Bundle,
  external: readonly string[],
  budgetKb: number | undefined,
): Promise<Weight> {
  const { gzBytes: gzBytesWithoutCore } = await bundle(file, 'node', [...external, '@tako/core', '@tako/core/*']);
  return { name, minBytes, gzBytes, gzBytesWithoutCore, budgetKb };
}

/** The file behind an entry. */
function fileOf({ manifest, path }: Member, entry: string): string {
  const target = manifest.exports?.[entry];
  const file = typeof target === 'object' ? target.default : target;
  if (file === undefined) throw new Error(`${path}/package.json: the entry ${entry} names no file`);
  return file;
}

function contraband({ packages, nodeModules }: Bundle, forbidden: readonly string[], isNeutral: boolean): string[] {
  const found = packages.filter((name) => forbidden.includes(name)).map((name) => `holds ${name}`);
  return isNeutral ? [...found, ...nodeModules.map((name) => `imports ${name}`)] : found;
}

function overweight(weights: readonly Weight[]): string[] {
  return weights.flatMap(({ name, gzBytes, budgetKb }) => {
    if (budgetKb === undefined) return [`${name} has no budget in scripts/size-budgets.ts`];
    if (kb(gzBytes) <= budgetKb) return [];
    return [`${name} weighs ${kb(gzBytes).toFixed(1)} KB, and may weigh ${budgetKb.toFixed(1)} KB`];
  });
}

function idle(budgets: Readonly<Record<string, Budget>>, names: ReadonlySet<string>): string[] {
  return Object.keys(budgets)
    .filter((name) => !names.has(name))
    .map((name) => `scripts/size-budgets.ts has a budget for ${name}, which does not exist`);
}
