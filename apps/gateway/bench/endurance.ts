// What the server's own process holds after 100,000 requests, of which a tenth are left by their client and a tenth fail: as
// much as after the first 10,000. Vendor and clients are other processes. Run it with `pnpm bench:endurance`; NODE_ARGS are
// the server's, those of the image without it.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

import { Pool } from 'undici';

const warmUp = Number(process.env['WARM_UP'] ?? 10_000);
const requests = Number(process.env['REQUESTS'] ?? 100_000);
const atOnce = 64;
const token = 'a-token-for-the-benchmark';
const { NODE_ARGS: nodeArgs = '--max-semi-space-size=8' } = process.env;

const children: ChildProcess[] = [];

async function start(file: string, ...args: readonly string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(new URL(file, import.meta.url), args, {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: ['--expose-gc', ...nodeArgs.split(' ')], // what is garbage is not held
  });
  children.push(child);
  const [url] = (await once(child, 'message')) as [string]; // what the program sends
  return { url, child };
}

const vendor = await start('./mock-vendor.ts');
const server = await start('./ours.ts', vendor.url, token, 'failing');
const pool = new Pool(server.url, { connections: atOnce });
const outcomes = new Map<string, number>();

/** One request in ten is left before or in its answer, one in ten fails, one in three is streamed, every other one is of an agent. */
async function ask(at: number): Promise<string> {
  const leaving = at % 10 === 7 ? new AbortController() : undefined;
  const content = at % 10 === 3 ? 'please fail' : 'x'.repeat(500);
  try {
    const { statusCode, body } = await pool.request({
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        model: at % 2 === 0 ? 'plain' : 'agent',
        stream: at % 3 === 0,
        messages: [{ role: 'user', content }],
      }),
      signal: at % 20 === 7 ? AbortSignal.timeout(3) : (leaving?.signal ?? null),
    });
    for await (const _ of body) leaving?.abort();
    return String(statusCode);
  } catch {
    return 'left';
  }
}

async function run(count: number): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const outcome = await ask(next++);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  await setTimeout(1_000); // what was left is over
}

interface Figures {
  readonly rssMb: number;
  /** What is left of the heap after a collection. */
  readonly heapMb: number;
  readonly externalMb: number;
  readonly cpuSeconds: number;
}

/** What the server's process holds, and the CPU time that it has used. */
async function figures(): Promise<Figures> {
  const answer = once(server.child, 'message');
  server.child.send('figures');
  const [[memory, cpu]] = (await answer) as [[NodeJS.MemoryUsage, NodeJS.CpuUsage]]; // what the program sends
  const mb = (bytes: number): number => Math.round(bytes / 104_857.6) / 10;
  return {
    rssMb: mb(memory.rss),
    heapMb: mb(memory.heapUsed),
    externalMb: mb(memory.external),
    cpuSeconds: (cpu.user + cpu.system) / 1_000_000,
  };
}

try {
  await run(warmUp);
  const before = await figures();
  console.log(`after ${warmUp} requests:`, before);
  const step = Math.ceil(requests / 5);
  for (let done = 0; done < requests; done += step) {
    await run(Math.min(step, requests - done));
    console.log(`after ${warmUp + Math.min(done + step, requests)}:`, await figures());
  }
  const after = await figures();
  console.log('outcomes:', Object.fromEntries(outcomes));
  const growth = ((after.rssMb / before.rssMb - 1) * 100).toFixed(1);
  const cpuMs = (((after.cpuSeconds - before.cpuSeconds) * 1_000) / requests).toFixed(2);
  console.log(`RSS ${growth} % more than after the warm-up; ${cpuMs} ms of CPU for each request`);
} finally {
  await pool.destroy();
  for (const child of children) child.kill();
}
