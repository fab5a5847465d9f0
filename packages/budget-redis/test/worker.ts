import { Budget } from '@tako/budget';
import { chat, isTakoError, unknownCapabilities, user, type ChatEvent, type Provider } from '@tako/core';
import { createClient } from 'redis';

import { redisBudgetStore } from '@tako/budget-redis';

/** One of several processes that spend from one budget. It prints the tokens that it really used, and hangs in its last call. */
const [port = '', capTokens = '', seed = '', hangs = ''] = process.argv.slice(2);
const client = createClient({ url: `redis://127.0.0.1:${port}` });
await client.connect();
const budget = new Budget({
  maxTokensPerDay: Number(capTokens),
  store: redisBudgetStore({ client }),
  reservationTtlMs: 1_500,
});

let used = 0;
let state = Number(seed);
const random = (below: number): number => {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return state % below;
};
const provider: Provider = {
  contract: 1,
  id: 'test:model',
  capabilities: unknownCapabilities,
  async *stream(request): AsyncGenerator<ChatEvent> {
    await new Promise((resolve) => setTimeout(resolve, random(8)));
    const { spentTokens, reservedTokens } = await budget.usage();
    if (spentTokens + reservedTokens > Number(capTokens)) throw new Error('the cap was exceeded');
    const usage = { inputTokens: random(20), outputTokens: Math.min(random(300), request.maxOutputTokens ?? 0) };
    used += usage.inputTokens + usage.outputTokens;
    yield { type: 'finish', finishReason: 'stop', usage };
  },
};
const question = { messages: [user('Well?')], maxOutputTokens: 400 };
const one = (): Promise<unknown> =>
  chat(budget.layer(provider), question).catch((error: unknown) => {
    if (!isTakoError(error, 'budget_exhausted')) throw error;
  });
for (let round = 0; round < 12; round++) await Promise.all(Array.from({ length: 8 }, one));

if (hangs === 'hangs') {
  const hanging: Provider = {
    ...provider,
    stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }),
  };
  void chat(budget.layer(hanging), { ...question, maxOutputTokens: 50 });
  await new Promise((resolve) => setTimeout(resolve, 100));
}
console.log(JSON.stringify({ used }));
if (hangs === 'hangs') await new Promise((resolve) => setTimeout(resolve, 60_000));
await client.close();
