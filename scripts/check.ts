import { spawnSync } from 'node:child_process';

/** Scripts of the root package.json, cheap and telling ones first. */
const stages = [
  'build',
  'lint',
  'format:check',
  'arrows',
  'surface',
  'size',
  'knip',
  'sherif',
  'typecheck',
  'examples',
  'test',
  'outside',
  'providers',
  'conformance',
  'verify:pack',
];

/** `pnpm check --without test`: for who has just run them. */
const [option, ...without] = process.argv.slice(2);
if (option !== undefined && (option !== '--without' || !without.every((stage) => stages.includes(stage)))) {
  throw new Error(`check: it takes \`--without\` and names of stages; there are ${stages.join(', ')}`);
}

const failed = stages.filter((stage) => !without.includes(stage)).find((stage) => !passes(stage));
if (failed === undefined) console.log('check: every stage passed');
else console.error(`check: stopped at ${failed}; \`pnpm ${failed}\` runs it alone`);
process.exitCode = failed === undefined ? 0 : 1;

function passes(stage: string): boolean {
  const start = performance.now();
  console.log(`check: ${stage}`);
  const { status } = spawnSync('pnpm', ['run', stage], { stdio: 'inherit' });
  console.log(`check: ${stage} took ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return status === 0;
}
