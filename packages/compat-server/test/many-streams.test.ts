import { request, Agent } from 'node:http';

import { chunks, scriptedProvider } from '@tako/testing';
import { expect, onTestFinished, test } from 'vitest';

import { adaToken, serving } from './serving.js';

const streams = 2_000;
const pieces = 25;

/** What a client must get, and no other: each piece says whose it is, and which. */
const textOf = (client: number): string =>
  Array.from({ length: pieces }, (_, at) => `<${String(client).padStart(4, '0')}:${String(at).padStart(2, '0')}>`).join(
    '',
  );

interface Chunk {
  readonly id: string;
  readonly choices: readonly { readonly delta: { readonly content?: string }; readonly finish_reason: string | null }[];
}

test('2,000 streams at a time: each has its own text, whole and in order', async () => {
  let waiting = 0;
  let start = (): void => undefined;
  const allAreThere = new Promise<void>((resolve) => (start = resolve));
  const provider = scriptedProvider(
    async ({ messages }) => {
      const [, client = ''] = /client (\d+)/.exec(JSON.stringify(messages)) ?? [];
      if (++waiting === streams) start();
      await allAreThere;
      return [chunks(textOf(Number(client)), pieces)];
    },
    { keepCalls: false },
  );
  const { url, log, ask } = await serving(
    { tako: provider },
    { metrics: true, limits: { maxInFlightPerTenant: streams, maxInFlight: streams } },
  );
  const agent = new Agent({ maxSockets: Infinity });
  onTestFinished(() => {
    agent.destroy();
  });
  const one = (client: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' };
      const asking = request(`${url}/v1/chat/completions`, { method: 'POST', headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (text += piece));
        response.on('end', () => {
          resolve(text);
        });
        response.on('error', reject);
      });
      asking.on('error', reject);
      asking.end(
        JSON.stringify({ model: 'tako', stream: true, messages: [{ role: 'user', content: `client ${client}` }] }),
      );
    });

  const bodies = await Promise.all(Array.from({ length: streams }, (_, client) => one(client)));

  const ids = new Set<string>();
  for (const [client, body] of bodies.entries()) {
    const frames = body.split('\n\n').filter((frame) => frame !== '');
    expect(frames.pop()).toBe('data: [DONE]');
    const told = frames.map((frame) => JSON.parse(frame.slice('data: '.length)) as Chunk); // the server wrote it
    expect(told.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(textOf(client));
    expect(told.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    for (const { id } of told) ids.add(id);
  }
  expect(ids.size).toBe(streams);
  expect(log).toHaveLength(streams);
  expect(await (await ask('/metrics')).text()).toContain('tako_server_in_flight 0\n');
}, 60_000);
