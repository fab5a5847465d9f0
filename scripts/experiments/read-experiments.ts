import { globSync } from 'node:fs';
import { join } from 'node:path';

import type { Experiment } from './experiment.ts';
import { numberOf } from './experiments-page.ts';

/** Every experiment of this folder, in the order of their numbers. @throws Error for a module that exports none */
export async function readExperiments(): Promise<readonly Experiment[]> {
  const files = globSync('e[0-9]*.ts', { cwd: import.meta.dirname }).filter((file) => !file.includes('.test.'));
  const experiments = await Promise.all(
    files.map(async (file) => {
      // What it exports is looked at below.
      const { experiment } = (await import(join(import.meta.dirname, file))) as { experiment?: Experiment };
      if (experiment === undefined) throw new Error(`scripts/experiments/${file} exports no \`experiment\``);
      return experiment;
    }),
  );
  return experiments.toSorted((one, other) => numberOf(one.id) - numberOf(other.id));
}
