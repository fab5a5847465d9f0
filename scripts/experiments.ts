import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { brokenBars, type Experiment } from './experiments/experiment.ts';
import { sectionOf, withSection } from './experiments/experiments-page.ts';
import { readExperiments } from './experiments/read-experiments.ts';
import { runExperiment } from './experiments/run-experiment.ts';
import { textTable } from './text-table.ts';
import { repository } from './workspace.ts';

// `pnpm experiments [E8 …]` runs experiments from a seed, prints what they found, and writes it into docs/experiments.md, with
// plots beside it. `--quick` runs a tenth of each, and writes nothing; neither does a run with a seed of its own. `--jobs 1`
// runs one after the other.
const file = join(repository, 'docs/experiments.md');
const folder = join(repository, 'docs/experiments');
const pageSeed = 1;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(pageSeed) },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
  allowPositionals: true,
});
const all = await readExperiments();
const wanted = positionals.map((id) => id.toUpperCase());
const unknown = wanted.filter((id) => !all.some((experiment) => experiment.id === id));
const options = { seed: Number(values.seed), scale: values.quick ? 0.1 : 1 };
const jobs = Number(values.jobs);
const startedMs = performance.now();
let failed = 0;

async function run(experiment: Experiment): Promise<void> {
  const beganMs = performance.now();
  const findings = await runExperiment(experiment.id, options);
  console.log(`\n${experiment.id}: ${experiment.title} (seed ${options.seed})\n\n${textTable(findings.table)}\n`);
  for (const { claim, seen, holds } of findings.bars)
    console.log(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${claim}; seen: ${seen}`);
  for (const note of findings.notes) console.log(note);
  console.log(`took ${seconds(beganMs)} s`);
  if (options.scale >= (experiment.leastScale ?? 0)) failed += brokenBars(findings).length;
  if (values.quick || options.seed !== pageSeed) return;
  mkdirSync(folder, { recursive: true });
  for (const { name, svg } of findings.charts) writeFileSync(join(folder, `${name}.svg`), svg);
  writeFileSync(file, withSection(readFileSync(file, 'utf8'), experiment.id, sectionOf(experiment, findings, options)));
  console.log(`written to ${relative(repository, file)}`);
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1000).toFixed(1);
}

if (unknown.length > 0 || !Number.isInteger(options.seed) || options.seed < 0 || !(jobs >= 1)) {
  const problem =
    unknown.length > 0 ? `there is no ${unknown.join(', ')}` : `--seed must be a whole number from 0, --jobs from 1`;
  console.error(`experiments: ${problem}; there are ${all.map(({ id }) => id).join(', ')}`);
  process.exitCode = 2;
} else {
  const waiting = all.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const workThrough = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: jobs }, workThrough));
  const { user, system } = process.cpuUsage();
  const outcome = failed === 0 ? 'every bar holds, or says why not' : `${failed} bars do not hold`;
  console.log(`\nexperiments: ${outcome}; ${seconds(startedMs)} s, ${((user + system) / 1e6).toFixed(0)} s of CPU`);
  process.exitCode = failed === 0 ? 0 : 1;
}
