// CPU per text delta: one answer of 100 000 deltas, through the whole loop to the consumer.
import { unknownCapabilities, type ChatEvent, type Provider } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';

import { compare } from './rounds.ts';

const deltas = 100_000;
const delta: ChatEvent = { type: 'text_delta', index: 0, text: ' word' };

const provider: Provider = {
  contract: 1,
  id: 'bench:scripted',
  capabilities: unknownCapabilities,
  async *stream() {
    for (let at = 0; at < deltas; at++) yield delta;
    yield { type: 'finish', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: deltas } };
  },
};

function check(characters: number): void {
  if (characters !== deltas * 5) throw new Error('text was lost');
}

async function agent(times: number): Promise<void> {
  for (let run = 0; run < times; run++) {
    let characters = 0;
    for await (const event of new SingleAgent({ provider }).stream('go')) {
      if (event.type === 'text_delta') characters += event.text.length;
    }
    check(characters);
  }
}

async function bare(times: number): Promise<void> {
  for (let run = 0; run < times; run++) {
    let characters = 0;
    const call = {
      signal: new AbortController().signal,
      principal: { tenantId: '', userId: '', roles: [] },
      runId: '',
    };
    for await (const event of provider.stream({ messages: [] }, call)) {
      if (event.type === 'text_delta') characters += event.text.length;
    }
    check(characters);
  }
}

await compare(
  'deltas',
  [
    ['SingleAgent', agent],
    ['bare async generator', bare],
  ],
  { times: 3, unitsPerTime: deltas, unit: 'text delta' },
);
