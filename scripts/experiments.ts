import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { sectionOf, withSection } from './experiments/experiments-page.ts';
import { readExperiments } from './experiments/read-experiments.ts';
import { textTable } from './text-table.ts';
import { repository } from './workspace.ts';

// `pnpm experiments [E8 …]` runs experiments from a seed, prints what they found, and writes it into docs/experiments.md.
// `--quick` runs a tenth of each, and writes nothing; neither does a run with a seed of its own.
const file = join(repository, 'docs/experiments.md');
const pageSeed = 1;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: String(pageSeed) } },
  allowPositionals: true,
});
const all = await readExperiments();
const wanted = positionals.map((id) => id.toUpperCase());
const unknown = wanted.filter((id) => !all.some((experiment) => experiment.id === id));
const options = { seed: Number(values.seed), scale: values.quick ? 0.1 : 1 };

if (unknown.length > 0 || !Number.isInteger(options.seed) || options.seed < 0) {
  const problem = unknown.length > 0 ? `there is no ${unknown.join(', ')}` : `--seed must be a whole number from 0`;
  console.error(`experiments: ${problem}; there are ${all.map(({ id }) => id).join(', ')}`);
  process.exitCode = 2;
} else {
  let failed = 0;
  for (const experiment of all.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    const startedMs = performance.now();
    const findings = await experiment.run(options);
    console.log(`\n${experiment.id}: ${experiment.title} (seed ${options.seed})\n\n${textTable(findings.table)}\n`);
    for (const { claim, seen, holds } of findings.bars) {
      if (!holds) failed++;
      console.log(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${claim}; seen: ${seen}`);
    }
    for (const note of findings.notes) console.log(note);
    console.log(`took ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    if (values.quick || options.seed !== pageSeed) continue;
    const section = sectionOf(experiment, findings, options);
    writeFileSync(file, withSection(readFileSync(file, 'utf8'), experiment.id, section));
    console.log(`written to ${relative(repository, file)}`);
  }
  console.log(`\nexperiments: ${failed === 0 ? 'every bar holds' : `${failed} bars do not hold`}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
