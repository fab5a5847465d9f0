import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Capabilities, Price, Provider } from '@tako/core';
import type { ConformanceCase, ProviderUnderTest } from '@tako/testing';
import { build } from 'esbuild';

import { readWorkspace, repository, type Member } from './workspace.ts';

/** What a provider's `test/under-test.ts` exports. */
interface UnderTestModule {
  readonly underTest: readonly ProviderUnderTest[];
  readonly models: readonly string[];
}

/** One provider package: its doors as the conformance suite takes them, and models that stand for the others. */
export interface ProviderPackage {
  readonly member: Member;
  readonly doors: readonly ProviderUnderTest[];
  readonly models: readonly ModelFacts[];
}

/** What a provider states of one model. */
export interface ModelFacts {
  readonly id: string;
  readonly capabilities: Capabilities;
  readonly price: Price | undefined;
}

/**
 * Reads all provider packages: what `test/under-test.ts` of each says.
 *
 * @throws for a provider package that has none.
 */
export async function readProviders(): Promise<ProviderPackage[]> {
  const members = readWorkspace(repository).packages.filter(({ name }) => name.startsWith('provider-'));
  return Promise.all(members.map(readProvider));
}

async function readProvider(member: Member): Promise<ProviderPackage> {
  const { underTest, models } = await load(member);
  const [door] = underTest;
  if (door === undefined) throw new Error(`${member.path}/test/under-test.ts names no door`);
  const make = (model: string): Provider => door.make({ baseUrl: 'http://127.0.0.1:1', apiKey: 'none', model });
  return {
    member,
    doors: underTest,
    models: models.map((model) => {
      const { id, capabilities, price } = make(model);
      return { id, capabilities, price };
    }),
  };
}

/** Bundled, since Node finds no `./x.js` that is an `x.ts`. The packages themselves are loaded as they are built. */
async function load({ path, directory }: Member): Promise<UnderTestModule> {
  const file = join(directory, 'test/under-test.ts');
  if (!existsSync(file)) throw new Error(`${path}/test/under-test.ts is missing: docs/providers.md is made from it`);
  const outfile = join(directory, '.under-test.mjs');
  await build({ entryPoints: [file], outfile, bundle: true, packages: 'external', format: 'esm', platform: 'node' });
  try {
    return (await import(pathToFileURL(outfile).href)) as UnderTestModule; // what the convention says
  } finally {
    rmSync(outfile);
  }
}

/** Runs cases, some at a time. @returns the names of those that failed, with the reason */
export async function failuresOf(cases: readonly ConformanceCase[], atOnce: number): Promise<string[]> {
  const failures: string[] = [];
  const waiting = cases.values();
  const lane = async (): Promise<void> => {
    for (const { name, run } of waiting)
      await run().catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return failures;
}
