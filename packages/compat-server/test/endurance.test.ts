import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, test } from 'vitest';

import { behind, done, frame, hi, streams, whole } from './faults/vendor.js';
import { adaToken, hello } from './serving.js';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag brings

/** `ENDURANCE_REQUESTS=100000` for a long run, which tells what it saw. */
const requests = Number(process.env['ENDURANCE_REQUESTS'] ?? 5_000);
const warmUp = 3_000;
const atOnce = 20;

const heapBytes = async (): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, 50)); // sockets that close
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

test(
  'after thousands of requests, a tenth left and a tenth failed, memory is where it was',
  { timeout: 900_000 },
  async () => {
    let asked = 0;
    const log: number[] = [];
    const { url, budget, openAtVendor } = await behind(
      (response, isStream) => {
        if (asked++ % 10 === 3) response.writeHead(500).end();
        else if (!isStream)
          response.writeHead(200, { 'content-type': 'application/json' }).end(whole({ content: 'x' }));
        else {
          streams(response, hi);
          setImmediate(() => response.end(`${frame({}, 'stop')}${done}`));
        }
      },
      { logger: ({ status }) => log.push(status ?? 0), maxUsdPerDay: 1_000_000 },
    );
    const one = async (at: number): Promise<void> => {
      const leaves = at % 10 === 7;
      const gone = new AbortController();
      const asking = fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...hello, model: at % 2 === 0 ? 'tako' : 'agent', stream: at % 3 === 0 }),
        signal: gone.signal,
      });
      if (leaves) setImmediate(() => gone.abort());
      await asking.then((answer) => answer.arrayBuffer()).catch(() => undefined); // it was left, or it failed
    };
    const run = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += atOnce)
        await Promise.all(Array.from({ length: atOnce }, (_, next) => one(at + next)));
    };
    await run(warmUp);
    log.length = 0;
    const before = await heapBytes();
    const rssBefore = process.memoryUsage().rss;
    await run(requests);
    const statuses = log.length;
    const kept = ((await heapBytes()) - before) / requests;
    if (requests > 10_000) {
      const growth = (process.memoryUsage().rss / rssBefore - 1) * 100;
      console.info(`${requests} requests: ${kept.toFixed(0)} bytes of heap each, RSS ${growth.toFixed(1)} % more`);
    }
    // One signal with one listener is more than that.
    expect(kept).toBeLessThan(400);
    await expect.poll(openAtVendor).toBe(0);
    expect((await budget.usage()).reservedTokens).toBe(0);
    expect(new Set(log)).toEqual(new Set([200, 499, 502]));
    // Whoever leaves before the request has arrived was never here.
    expect(statuses).toBeGreaterThan(requests * 0.85);
  },
);
