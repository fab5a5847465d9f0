// The server beside its parsing floor and beside Portkey's gateway: one process each, on a core of its own; the vendor and the
// load share the other one. Linux, and at least two cores. Run it with `pnpm bench:server`.
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { firstToken, load, peakMb, type LoadFigures, type Target } from './load.ts';
import { installPortkey, startPortkey } from './portkey.ts';

const rounds = Number(process.env['ROUNDS'] ?? 5);
const roundMs = Number(process.env['ROUND_MS'] ?? 4_000);

const children: ChildProcess[] = [];

/** Starts one of our programs on the first core. @returns its address, which it tells */
async function start(file: string, args: readonly string[], core: number): Promise<{ url: string; pid: number }> {
  const child = fork(new URL(file, import.meta.url), args, { env: { ...process.env, NODE_ENV: 'production' } });
  children.push(child);
  const [url] = (await once(child, 'message')) as [string]; // what the program sends
  pin(child.pid, core);
  return { url, pid: child.pid ?? 0 };
}

function pin(pid: number | undefined, core: number): void {
  spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)]);
}

const vendor = await start('./mock-vendor.ts', [], 1);
pin(process.pid, 1);
const token = 'a-token-for-the-benchmark';
const floor = await start('./floor.ts', [vendor.url], 0);
const ours = await start('./ours.ts', [vendor.url, token], 0);
const traced = await start('./ours.ts', [vendor.url, token, 'telemetry'], 0);
const portkey = await startPortkey(installPortkey());
children.push(portkey.child);

const targets: readonly Target[] = [
  { name: 'floor: bare fastify + undici', ...floor, model: 'mock', headers: {} },
  { name: 'Tako, agent as model', ...ours, model: 'agent', headers: { authorization: `Bearer ${token}` } },
  { name: 'Tako, provider as model', ...ours, model: 'plain', headers: { authorization: `Bearer ${token}` } },
  { name: 'Tako, agent, telemetry on', ...traced, model: 'agent', headers: { authorization: `Bearer ${token}` } },
  {
    name: 'Portkey 1.15.2',
    url: portkey.url,
    pid: portkey.child.pid ?? 0,
    model: 'mock',
    headers: {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${vendor.url}/v1`,
      authorization: 'Bearer key',
    },
  },
];

try {
  await measure('JSON, 32 connections: requests per second', (target) => load(target, false, 32, roundMs));
  await measure('SSE, 16 connections: chunks per second', (target) => load(target, true, 16, roundMs));
  await measureFirstToken();
  console.log('\npeak memory, MB');
  for (const { name, pid } of targets) console.log(`  ${name.padEnd(30)} ${peakMb(pid).toFixed(0).padStart(8)}`);
} finally {
  for (const child of children) child.kill();
}

async function measure(title: string, work: (target: Target) => Promise<LoadFigures>): Promise<void> {
  const samples = new Map<Target, LoadFigures[]>(targets.map((target) => [target, []]));
  for (let round = -1; round < rounds; round++) {
    for (const target of targets) {
      const figures = await work(target);
      if (round >= 0) samples.get(target)?.push(figures); // the first round warms up
    }
  }
  console.log(`\n${title}; ${rounds} alternating rounds of ${roundMs} ms`);
  print(
    targets.map((target) => (samples.get(target) ?? []).map(({ perSecond }) => perSecond)),
    0,
  );
  console.log('CPU microseconds of the server per request');
  print(
    targets.map((target) => (samples.get(target) ?? []).map(({ cpuMicroseconds }) => cpuMicroseconds)),
    0,
  );
}

async function measureFirstToken(): Promise<void> {
  const samples = targets.map((): number[] => []);
  const direct: number[] = [];
  const vendorItself: Target = { name: 'vendor', ...vendor, model: 'mock', headers: {} };
  for (let round = -1; round < rounds; round++) {
    const own = await firstToken(vendorItself, 50);
    if (round >= 0) direct.push(own);
    for (const [at, target] of targets.entries()) {
      const ms = await firstToken(target, 50);
      if (round >= 0) samples[at]?.push(ms - own);
    }
  }
  console.log(`\ntime to the first token, ms added to the vendor's own ${median(direct).toFixed(2)}`);
  print(samples, 2);
}

/** Min, median, max and the ratio of medians to the floor, a line for each target. */
function print(samples: readonly (readonly number[])[], digits: number): void {
  const base = median(samples[0] ?? []);
  for (const [at, figures] of samples.entries()) {
    const shown = [Math.min(...figures), median(figures), Math.max(...figures)].map((figure) =>
      figure.toFixed(digits).padStart(9),
    );
    const ratio = (median(figures) / base).toFixed(2);
    console.log(`  ${(targets[at]?.name ?? '').padEnd(30)} ${shown.join(' ')}   ${ratio} of the floor`);
  }
}

function median(figures: readonly number[]): number {
  return figures.toSorted((left, right) => left - right).at(figures.length >> 1) ?? Number.NaN;
}
