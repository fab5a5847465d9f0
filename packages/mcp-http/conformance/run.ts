/**
 * Runs every client scenario of `@modelcontextprotocol/conformance` against `client.ts`, and holds the outcome against
 * `exceptions.json`: a scenario that fails without standing there is an error, and so is one that passes and does.
 *
 *     node packages/mcp-http/conformance/run.ts [scenario…]
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a scenario came out. */
interface Outcome {
  readonly scenario: string;
  readonly hasPassed: boolean;
  readonly output: string;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const runner = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js');
const results = mkdtempSync(join(tmpdir(), 'mcp-conformance-'));
/** Why a scenario fails, or does not apply, by its name. */
const exceptions = JSON.parse(readFileSync(file('exceptions.json'), 'utf8')) as Readonly<Record<string, string>>;

async function run(args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [runner, ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}

async function scenarios(): Promise<readonly string[]> {
  const { output } = await run(['list', '--client']);
  const names = Array.from(output.matchAll(/^ {2}- (\S+)/gm), ([, name]) => name ?? '');
  if (names.length === 0) throw new Error(`the runner lists no scenarios: ${output}`);
  return names;
}

async function outcomeOf(scenario: string): Promise<Outcome> {
  const command = `"${process.execPath}" "${file('client.ts')}"`;
  const { code, output } = await run([
    'client',
    '--command',
    command,
    '--scenario',
    scenario,
    '-o',
    results,
    '--verbose',
  ]);
  return { scenario, hasPassed: code === 0, output };
}

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : await scenarios();
let problems = 0;
for (const scenario of names) {
  const { hasPassed, output } = await outcomeOf(scenario);
  const reason = exceptions[scenario];
  const isAsExpected = hasPassed === (reason === undefined);
  const verdict = hasPassed ? 'passes' : 'fails';
  console.log(
    `${isAsExpected ? ' ' : '!'} ${verdict.padEnd(7)} ${scenario}${reason === undefined ? '' : `  (${reason})`}`,
  );
  if (isAsExpected) continue;
  problems++;
  console.log(hasPassed ? '  take it out of exceptions.json' : output.replace(/^/gm, '  | '));
}
for (const scenario of Object.keys(exceptions)) {
  if (wanted.length > 0 || names.includes(scenario)) continue;
  problems++;
  console.log(`! ${scenario} stands in exceptions.json, but there is no such scenario`);
}
rmSync(results, { recursive: true });
console.log(`${names.length} scenarios, ${problems} not as expected`);
process.exitCode = problems === 0 ? 0 : 1;
