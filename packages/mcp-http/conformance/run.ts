/**
 * Runs the scenarios of `@modelcontextprotocol/conformance`, those of each protocol era by its own release: `McpHttp`
 * (`client.ts`) as the client, and `serveMcp` as the server. The outcome is held against the exceptions files: a
 * scenario that fails without standing there is an error, and so is one that passes and does.
 *
 *     node packages/mcp-http/conformance/run.ts [scenario…]
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One side of one era. */
interface Suite {
  readonly title: string;
  readonly side: 'client' | 'server';
  /** The package of the runner. */
  readonly runner: string;
  readonly specVersion: string | undefined;
  readonly exceptions: string;
}

const serverUrl = new URL('../../mcp-server/conformance/', import.meta.url);
const clientUrl = new URL('./', import.meta.url);
const settled = '@modelcontextprotocol/conformance';
const next = '@modelcontextprotocol/conformance-next';

const suites: readonly Suite[] = [
  { title: 'client', side: 'client', runner: settled, specVersion: undefined, exceptions: 'exceptions.json' },
  {
    title: 'client 2026-07-28',
    side: 'client',
    runner: next,
    specVersion: '2026-07-28',
    exceptions: 'exceptions-2026-07-28.json',
  },
  { title: 'server', side: 'server', runner: settled, specVersion: undefined, exceptions: 'exceptions.json' },
  {
    title: 'server 2026-07-28',
    side: 'server',
    runner: next,
    specVersion: '2026-07-28',
    exceptions: 'exceptions-2026-07-28.json',
  },
];

/** Scenarios at a time: most of a scenario is the start of its processes. */
const atOnce = 2;
const require = createRequire(import.meta.url);
const results = mkdtempSync(join(tmpdir(), 'mcp-conformance-'));
const wanted = process.argv.slice(2);
let problems = 0;
let ran = 0;

async function run(
  suite: Suite,
  args: readonly string[],
): Promise<{ readonly hasPassed: boolean; readonly output: string }> {
  const program = require.resolve(`${suite.runner}/dist/index.js`);
  const env = { ...process.env, TAKO_CONFORMANCE_VERSION: suite.specVersion ?? '2025-11-25' };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ hasPassed: error === null, output: stdout + stderr });
    });
  });
}

function versionOf({ specVersion }: Suite): readonly string[] {
  return specVersion === undefined ? [] : ['--spec-version', specVersion];
}

async function scenariosOf(suite: Suite): Promise<readonly string[]> {
  const { output } = await run(suite, ['list', `--${suite.side}`, ...versionOf(suite)]);
  const names = Array.from(output.matchAll(/^ {2}- (\S+)/gm), ([, name]) => name ?? '');
  if (names.length === 0) throw new Error(`the runner lists no scenarios: ${output}`);
  return names;
}

async function check(suite: Suite, target: readonly string[]): Promise<void> {
  const folder = suite.side === 'client' ? clientUrl : serverUrl;
  const listed = readFileSync(new URL(suite.exceptions, folder), 'utf8');
  /** Why a scenario fails, or does not apply, by its name. */
  const exceptions = JSON.parse(listed) as Readonly<Record<string, string>>; // our own file
  const all = await scenariosOf(suite);
  const names = wanted.length > 0 ? all.filter((name) => wanted.includes(name)) : all;
  const waiting = [...names];
  const work = async (): Promise<void> => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const args = [suite.side, ...target, '--scenario', scenario, ...versionOf(suite), '-o', results, '--verbose'];
      tell(suite, scenario, exceptions[scenario], await run(suite, args));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  for (const scenario of Object.keys(exceptions)) {
    if (all.includes(scenario)) continue;
    problems++;
    console.log(`! ${scenario} stands in ${suite.exceptions}, but there is no such scenario`);
  }
}

function tell(
  suite: Suite,
  scenario: string,
  reason: string | undefined,
  { hasPassed, output }: Awaited<ReturnType<typeof run>>,
): void {
  ran++;
  const isAsExpected = hasPassed === (reason === undefined);
  const verdict = `${isAsExpected ? ' ' : '!'} ${hasPassed ? 'passes' : 'fails '} ${suite.title}: ${scenario}`;
  console.log(`${verdict}${reason === undefined ? '' : `  (${reason})`}`);
  if (isAsExpected) return;
  problems++;
  console.log(hasPassed ? `  take it out of ${suite.exceptions}` : output.replace(/^/gm, '  | '));
}

const server = spawn(process.execPath, [fileURLToPath(new URL('server.ts', serverUrl))], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).once('line', resolve);
    server.once('exit', () => reject(new Error('the server has gone')));
  });
  const client = `"${process.execPath}" "${fileURLToPath(new URL('client.ts', clientUrl))}"`;
  for (const suite of suites) await check(suite, suite.side === 'client' ? ['--command', client] : ['--url', url]);
} finally {
  server.kill();
  rmSync(results, { recursive: true });
}
console.log(`${ran} scenarios, ${problems} not as expected`);
process.exitCode = problems === 0 ? 0 : 1;
