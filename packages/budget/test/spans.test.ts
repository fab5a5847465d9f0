import { call, chat, traceCalls, user } from '@tako/core';
import { fail, pause, say, scriptedProvider, SpanBook, usage, type Script } from '@tako/testing';
import { expect, test } from 'vitest';

import { Budget, type BudgetOptions } from '../src/index.js';

const question = { messages: [user('What is it?')], maxOutputTokens: 100 };
const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 10 };

/** Calls within a budget, told to a book. */
function told(script: Script, options: BudgetOptions) {
  const book = new SpanBook();
  const counted = new Budget({ countInputTokens: () => 50, ...options });
  const provider = traceCalls(book.tracer)(counted.layer(scriptedProvider(script, { price })));
  const events = () =>
    book.spans.flatMap(({ eventAttributes }) => eventAttributes.filter(([name]) => name.startsWith('budget_')));
  return { book, events, provider, ask: () => chat(provider, question).catch((error: unknown) => error) };
}

const reserved = ['budget_reserved', { reservedUsd: 0.00105, reservedTokens: 150 }];

test('what is held for a call, and what it came to', async () => {
  const { ask, events } = told([[say('Squid.'), usage({ inputTokens: 20, outputTokens: 10 })]], { maxUsdPerDay: 1 });
  await ask();
  expect(events()).toEqual([reserved, ['budget_settled', { settledUsd: 0.00012, settledTokens: 30 }]]);
});

test('a failed call is settled with nothing, one that is left with what it used', async () => {
  const failing = told([[fail('overloaded', 'busy')]], { maxUsdPerDay: 1 });
  await failing.ask();
  expect(failing.events()).toEqual([reserved, ['budget_settled', { settledUsd: 0, settledTokens: 0 }]]);
  const left = told([[usage({ inputTokens: 20, outputTokens: 0 }), say('Squid.'), pause(Infinity)]], {
    maxUsdPerDay: 1,
  });
  for await (const { type } of left.provider.stream(question, call())) {
    if (type === 'text_delta') break;
  }
  expect(left.events()).toEqual([reserved, ['budget_settled', { settledUsd: 0.00002, settledTokens: 20 }]]);
  expect(left.book.open).toEqual([]);
});

test('a refusal names the cap and its figures, and not whose account it was', async () => {
  const { ask, events } = told([], { maxUsdPerTenantPerDay: { '*': 0.001 } });
  expect(await ask()).toMatchObject({ code: 'budget_exhausted' });
  expect(events()).toEqual([
    [
      'budget_refused',
      { cap: 'maxUsdPerTenantPerDay', limitUsd: 0.001, spentUsd: 0, reservedUsd: 0, neededUsd: 0.00105 },
    ],
  ]);
});
