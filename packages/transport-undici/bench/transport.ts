// CPU per request and per piece of a stream, beside the platform's fetch. The server has a process of its own, so that its
// work is not counted. Run it after a build: node packages/transport-undici/bench/transport.ts
import { fork } from 'node:child_process';
import { once } from 'node:events';

import type { HttpTransport } from '@tako/core';
import { fetchTransport } from '@tako/core/provider';
import { undiciTransport } from '@tako/transport-undici';

const rounds = 9;
const question = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x'.repeat(2_000) }] });

/** Sends so many requests, so many of them at once. */
async function send(transport: HttpTransport, url: string, requests: number, atOnce: number): Promise<number> {
  let bytes = 0;
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const { body } = await transport.send({
        method: 'POST',
        url,
        headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
        body: question,
        signal: new AbortController().signal,
      });
      for await (const piece of body) bytes += piece.length;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return bytes;
}

interface Work {
  readonly title: string;
  readonly path: string;
  readonly requests: number;
  readonly atOnce: number;
  /** What the time is divided by, for each request. */
  readonly units: number;
}

const works: readonly Work[] = [
  { title: 'request with a short answer, one after another', path: '/short', requests: 1_000, atOnce: 1, units: 1 },
  { title: 'request with a short answer, 32 at once', path: '/short', requests: 4_000, atOnce: 32, units: 1 },
  { title: 'piece of a stream, one stream', path: '/stream/2000', requests: 3, atOnce: 1, units: 2_000 },
  { title: 'piece of a stream, 32 streams at once', path: '/stream/500', requests: 64, atOnce: 32, units: 500 },
];

const median = (samples: readonly number[]): number => samples.toSorted((a, b) => a - b).at(samples.length >> 1) ?? 0;

const server = fork(new URL('server.ts', import.meta.url));
const [port] = (await once(server, 'message')) as [number]; // what server.ts sends
const undici = undiciTransport();
const ways: readonly (readonly [name: string, transport: HttpTransport])[] = [
  ['undiciTransport', undici],
  ["the platform's fetch", fetchTransport(globalThis.fetch)],
];

console.log(`CPU us, median of ${rounds} alternating rounds, Node ${process.versions.node}`);
for (const { title, path, requests, atOnce, units } of works) {
  const url = `http://127.0.0.1:${port}${path}`;
  const samples = ways.map((): number[] => []);
  const expected = await send(undici, url, requests, atOnce);
  for (let round = -1; round < rounds; round++) {
    for (const [index, [, transport]] of ways.entries()) {
      const before = process.cpuUsage();
      const bytes = await send(transport, url, requests, atOnce);
      const { user, system } = process.cpuUsage(before);
      if (bytes !== expected) throw new Error('bytes were lost');
      if (round >= 0) samples[index]?.push((user + system) / (requests * units)); // the first round warms up
    }
  }
  const figures = samples.map(median);
  const base = figures.at(-1) ?? 1;
  console.log(`per ${title}:`);
  for (const [index, [name]] of ways.entries()) {
    const figure = figures[index] ?? 0;
    console.log(`  ${name.padEnd(22)} ${figure.toFixed(1).padStart(7)}   ${(figure / base).toFixed(2)} of fetch`);
  }
}
await undici.close();
server.disconnect();
