// CPU per text delta: one answer of 100 000 deltas, through the whole loop to the consumer.
import { Budget } from '@tako/budget';
import { unknownCapabilities, type ChatEvent, type Provider } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { reliable } from '@tako/reliability';

import { compare, type Work } from './rounds.ts';

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

function agent(model: Provider): Work {
  return async (times) => {
    for (let run = 0; run < times; run++) {
      let characters = 0;
      for await (const event of new SingleAgent({ provider: model }).stream('go')) {
        if (event.type === 'text_delta') characters += event.text.length;
      }
      check(characters);
    }
  };
}

const budget = new Budget({ maxTokensPerDay: Number.MAX_SAFE_INTEGER });
const layered = reliable({ budget: budget.layer, rateLimit: { requestsPerMinute: 1e9 } })(provider);

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
    ['SingleAgent', agent(provider)],
    ['with budget, breaker, retry, rate limit', agent(layered)],
    ['bare async generator', bare],
  ],
  { times: 3, unitsPerTime: deltas, unit: 'text delta' },
);
