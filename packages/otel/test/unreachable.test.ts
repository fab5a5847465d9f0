import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { SingleAgent } from '@tako/orchestrators';
import { expect, onTestFinished, test } from 'vitest';

import { initOtlp } from '../src/init/index.js';
import { scriptedModel } from './scripted-model.js';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag brings

const heapBytes = (): number => {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers; // what waits to be sent is bytes
};

/** A port where connections are accepted and nothing is ever said. */
async function blackHole(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return addressOf(server);
}

/** A port where nobody listens any more. */
async function nobody(): Promise<string> {
  const server = createServer();
  const address = await addressOf(server);
  server.close();
  return address;
}

async function addressOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

test.each([
  ['http', 'refuses connections', nobody],
  ['http', 'never answers', blackHole],
  ['grpc', 'refuses connections', nobody],
  ['grpc', 'never answers', blackHole],
] as const)(
  '10 000 runs over %s to a collector that %s: all of them answer, and memory is flat',
  { timeout: 60_000 },
  async (protocol, _, place) => {
    const endpoint = await place();
    const telemetry = await initOtlp({ endpoint, protocol, maxQueuedSpans: 512, shutdownTimeoutMs: 200 });
    const agent = new SingleAgent({ provider: scriptedModel(['fine']) });
    let answered = 0;
    const batch = async (): Promise<void> => {
      for (let run = 0; run < 2_500; run++) {
        const { text } = await agent.run('Q', { tracer: telemetry.tracer });
        if (text === 'fine') answered++;
        if (run % 50 === 0) await new Promise((resolve) => setImmediate(resolve)); // lets the exporter work
      }
    };
    await batch();
    const before = heapBytes();
    for (let more = 0; more < 3; more++) await batch();
    const kept = (heapBytes() - before) / 7_500;
    await telemetry.shutdown();
    expect(answered).toBe(10_000);
    // A span that is kept takes more than a kilobyte, and each run has three.
    expect(kept).toBeLessThan(300);
  },
);
