import {
  attachPartial,
  call,
  chat,
  isTakoError,
  providerError,
  unknownCapabilities,
  user,
  type BudgetStore,
  type ChatEvent,
  type ChatRequest,
  type Provider,
  type Usage,
} from '@tako/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Budget } from './budget.js';
import { memoryBudgetStore } from './memory-budget-store.js';

const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 10 };
const question: ChatRequest = { messages: [user('What is it?')] };

/** A model that answers with `text` and reports `usage`, or does what `then` does instead of finishing. */
function model(usage: Usage | undefined, options: Partial<Provider> & { then?: () => Promise<void> } = {}): Provider {
  const { then, ...over } = options;
  return {
    contract: 1,
    id: 'test:model',
    capabilities: unknownCapabilities,
    price,
    async *stream(): AsyncGenerator<ChatEvent> {
      yield { type: 'text_delta', index: 0, text: 'It is a squid.' };
      await then?.();
      yield { type: 'finish', finishReason: 'stop', usage };
    },
    ...over,
  };
}

async function* failing(error: Error): AsyncGenerator<ChatEvent> {
  yield* [];
  throw error;
}

const used = (inputTokens: number, outputTokens: number): Usage => ({ inputTokens, outputTokens });

test('books what a call really used, and holds nothing back afterwards', async () => {
  const budget = new Budget({ maxUsdPerDay: 1 });
  await chat(budget.layer(model(used(100, 50))), question);
  expect(await budget.usage()).toMatchObject({
    spentUsd: 0.0006,
    reservedUsd: 0,
    spentTokens: 150,
    reservedTokens: 0,
    maxUsd: 1,
  });
});

test('holds the worst case while the call runs', async () => {
  const budget = new Budget({ maxUsdPerDay: 1 });
  let during = 0;
  const watched = model(used(1, 1), {
    then: async () => {
      during = (await budget.usage()).reservedUsd;
    },
  });
  await chat(budget.layer(watched), { ...question, maxOutputTokens: 1_000 });
  expect(during).toBeGreaterThanOrEqual(0.01);
});

test('a call that cannot fit is refused before the provider is asked, with the figures', async () => {
  const budget = new Budget({ maxUsdPerDay: 0.001 });
  let asked = 0;
  const provider = budget.layer({
    ...model(used(1, 1)),
    stream() {
      asked++;
      return model(used(1, 1)).stream(question, call());
    },
  });
  const refusal = await chat(provider, { ...question, maxOutputTokens: 1_000 }).catch((error: unknown) => error);
  expect(asked).toBe(0);
  expect(isTakoError(refusal, 'budget_exhausted')).toBe(true);
  expect(refusal).toMatchObject({ details: { cap: 'maxUsdPerDay', limitUsd: 0.001, spentUsd: 0, reservedUsd: 0 } });
});

test('without a maximum output the request gets the one that is affordable, with a warning', async () => {
  const budget = new Budget({ maxUsdPerRequest: 0.01 });
  let sent: ChatRequest | undefined;
  const provider = budget.layer({
    ...model(undefined),
    stream(request, inner) {
      sent = request;
      return model(used(1, 1)).stream(request, inner);
    },
  });
  const { warnings } = await chat(provider, question);
  expect(warnings).toMatchObject([{ code: 'output_limited_by_budget' }]);
  expect(sent?.maxOutputTokens).toBeGreaterThan(900);
  expect(sent?.maxOutputTokens).toBeLessThan(1_000);
});

test('an answer shorter than the least worth paying for is refused', async () => {
  const budget = new Budget({ maxUsdPerRequest: 0.002 });
  await expect(chat(budget.layer(model(used(1, 1))), question)).rejects.toMatchObject({
    code: 'budget_exhausted',
    details: { cap: 'maxUsdPerRequest' },
  });
});

test('an unknown price under a cap in dollars is refused, or by option warned about, and never counted as zero dollars in silence', async () => {
  const unpriced = model(used(10, 10), { price: undefined });
  await expect(chat(new Budget({ maxUsdPerDay: 1 }).layer(unpriced), question)).rejects.toMatchObject({
    code: 'invalid',
  });
  const warned = await chat(new Budget({ maxUsdPerDay: 1, onUnknownPrice: 'warn' }).layer(unpriced), question);
  expect(warned.warnings).toMatchObject([{ code: 'unknown_price' }]);
  await expect(chat(new Budget({ maxTokensPerDay: 100_000 }).layer(unpriced), question)).resolves.toBeDefined();
});

test('a call that failed before its first event is released', async () => {
  const budget = new Budget({ maxUsdPerDay: 1 });
  const broken = model(undefined, {
    stream: () => failing(providerError('transport', 'no connection')),
  });
  await expect(chat(budget.layer(broken), question)).rejects.toMatchObject({ code: 'transport' });
  expect(await budget.usage()).toMatchObject({ spentUsd: 0, reservedUsd: 0, spentTokens: 0, reservedTokens: 0 });
});

test('a call that failed in mid-stream is booked as reported, else as estimated', async () => {
  const reported = new Budget();
  const reports = model(undefined, {
    then: () => Promise.reject(attachPartial(providerError('transport', 'cut'), { content: [], usage: used(70, 7) })),
  });
  await expect(chat(reported.layer(reports), question)).rejects.toMatchObject({ code: 'transport' });
  expect(await reported.usage()).toMatchObject({ spentTokens: 77, reservedTokens: 0 });

  const silent = new Budget();
  const dies = model(undefined, { then: () => Promise.reject(providerError('transport', 'cut')) });
  await expect(chat(silent.layer(dies), question)).rejects.toMatchObject({ code: 'transport' });
  expect((await silent.usage()).spentTokens).toBeGreaterThan(0);
});

test('a consumer that leaves early pays for what it heard', async () => {
  const budget = new Budget({ maxUsdPerDay: 1 });
  for await (const event of budget.layer(model(used(1, 1))).stream(question, call())) {
    if (event.type === 'text_delta') break;
  }
  const { spentTokens, reservedTokens } = await budget.usage();
  expect(spentTokens).toBeGreaterThan(0);
  expect(reservedTokens).toBe(0);
});

test.each([
  ['cancelled', 'the worst case', true, 10],
  ['timeout', 'the worst case', true, 10],
  ['transport', 'nothing: the vendor did not answer', true, 0],
  ['cancelled', 'nothing: it would have heard of an answer', undefined, 0],
] as const)('%s before the first event books %s where nobody reads along: %s', async (code, _, unread, spentTokens) => {
  const budget = new Budget({ maxUsdPerDay: 1, countInputTokens: () => 4 });
  const provider = budget.layer({ ...model(undefined), stream: () => failing(providerError(code, 'broken off')) });
  const unreadCall = call(unread === undefined ? {} : { streaming: false });
  await expect(chat(provider, { ...question, maxOutputTokens: 6 }, unreadCall)).rejects.toMatchObject({ code });
  expect(await budget.usage()).toMatchObject({ spentTokens, reservedTokens: 0 });
});

test('tenants have caps and accounts of their own; the star holds for the rest', async () => {
  const budget = new Budget({ maxTokensPerTenantPerDay: { acme: 100_000, '*': 10 } });
  const as = (tenantId: string) => call({ principal: { tenantId, userId: 'u', roles: [] } });
  const provider = budget.layer(model(used(30, 3)));
  await chat(provider, question, as('acme'));
  await expect(chat(provider, question, as('other'))).rejects.toMatchObject({
    code: 'budget_exhausted',
    details: { cap: 'maxTokensPerTenantPerDay' },
  });
  expect(await budget.usage({ tenantId: 'acme' })).toMatchObject({ spentTokens: 33, maxTokens: 100_000 });
  expect(await budget.usage({ tenantId: 'other' })).toMatchObject({ spentTokens: 0, maxTokens: 10 });
});

test('a run has a cap over all its calls, and another run starts anew', async () => {
  const budget = new Budget({ maxTokensPerRun: 2_000 });
  const provider = budget.layer(model(used(900, 100)));
  const ask = (runId: string) => chat(provider, { ...question, maxOutputTokens: 500 }, call({ runId }));
  await ask('one');
  await ask('one');
  await expect(ask('one')).rejects.toMatchObject({ details: { cap: 'maxTokensPerRun', spentTokens: 2_000 } });
  await ask('two');
});

test('a new UTC day starts with nothing spent', async () => {
  let nowMs = Date.parse('2026-11-23T23:59:00Z');
  const clock = { now: () => nowMs, after: () => () => undefined };
  const budget = new Budget({ maxTokensPerDay: 1_000, clock });
  await chat(budget.layer(model(used(400, 100))), { ...question, maxOutputTokens: 500 });
  nowMs += 120_000;
  expect(await budget.usage()).toMatchObject({ day: '2026-11-24', spentTokens: 0 });
  expect(await budget.usage({ day: '2026-11-23' })).toMatchObject({ spentTokens: 500 });
});

test('a settlement that the store does not take is due before the next reservation', async () => {
  const inner = memoryBudgetStore();
  let isAway = false;
  const store: BudgetStore = {
    ...inner,
    settle: (...given) => (isAway ? Promise.reject(new Error('away')) : inner.settle(...given)),
  };
  const budget = new Budget({ maxTokensPerDay: 100_000, store });
  isAway = true;
  await chat(budget.layer(model(used(40, 2))), question);
  isAway = false;
  expect((await budget.usage()).spentTokens).toBe(0);
  await chat(budget.layer(model(used(40, 2))), question);
  expect(await budget.usage()).toMatchObject({ spentTokens: 84, reservedTokens: 0 });
});

test('whoever aborts does not wait for a store that hangs, and what it reserves too late is given back', async () => {
  const inner = memoryBudgetStore();
  let goOn = (): void => undefined;
  const store: BudgetStore = {
    ...inner,
    async reserve(...given) {
      await new Promise<void>((resolve) => (goOn = resolve));
      return inner.reserve(...given);
    },
  };
  const budget = new Budget({ maxTokensPerDay: 1_000_000, store });
  const controller = new AbortController();
  const asking = chat(budget.layer(model(used(1, 1))), question, call({ signal: controller.signal }));
  await new Promise(setImmediate);
  controller.abort(new Error('enough'));
  await expect(asking).rejects.toMatchObject({ code: 'cancelled', cause: { message: 'enough' } });
  goOn();
  await new Promise(setImmediate);
  expect(await budget.usage()).toMatchObject({ reservedTokens: 0, spentTokens: 0 });
});

test('caps that are no numbers of 0 or more are refused', () => {
  expect(() => new Budget({ maxUsdPerDay: -1 })).toThrow('maxUsdPerDay');
  expect(() => new Budget({ maxUsdPerDay: '5' as never })).toThrow('a number of 0 or more, got the text "5"');
  expect(() => new Budget({ maxUsdPerTenantPerDay: { acme: Number.NaN } })).toThrow('acme');
});

test('under any interleaving of 64 calls no cap is exceeded, and the ledger is the sum of what was used', async () => {
  const oneCall = fc.record({
    output: fc.integer({ min: 1, max: 400 }),
    input: fc.integer({ min: 0, max: 40 }),
    turns: fc.nat(8),
    fate: fc.constantFrom<'ok' | 'fail' | 'abort' | 'early'>('ok', 'ok', 'ok', 'fail', 'abort', 'early'),
    start: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(oneCall, { minLength: 1, maxLength: 64 }),
      fc.integer({ min: 1_000, max: 20_000 }),
      async (calls, maxTokensPerDay) => {
        const store = memoryBudgetStore();
        const budget = new Budget({ maxTokensPerDay, maxUsdPerDay: maxTokensPerDay / 200_000, store });
        let booked = 0;
        const turn = async (times: number): Promise<void> => {
          for (let at = 0; at < times; at++) await Promise.resolve();
        };
        const one = async ({ output, input, turns, fate, start }: (typeof calls)[number]): Promise<void> => {
          await turn(start);
          const controller = new AbortController();
          const provider = model(used(input, output), {
            async *stream(request, inner): AsyncGenerator<ChatEvent> {
              await turn(turns);
              const { spentTokens, reservedTokens, spentUsd, reservedUsd } = await budget.usage();
              expect(spentTokens + reservedTokens).toBeLessThanOrEqual(maxTokensPerDay);
              expect(spentUsd + reservedUsd).toBeLessThanOrEqual(maxTokensPerDay / 200_000 + 1e-9);
              const usage = used(input, Math.min(output, request.maxOutputTokens ?? Infinity));
              if (fate === 'early') throw providerError('transport', 'none');
              yield { type: 'text_delta', index: 0, text: 'x' };
              booked += usage.inputTokens + usage.outputTokens;
              await turn(turns);
              if (fate === 'abort') controller.abort(new Error('enough'));
              if (fate !== 'ok')
                throw attachPartial(providerError(inner.signal.aborted ? 'cancelled' : 'transport', 'x'), {
                  content: [],
                  usage,
                });
              yield { type: 'finish', finishReason: 'stop', usage };
            },
          });
          const asked = chat(
            budget.layer(provider),
            { ...question, maxOutputTokens: 400 },
            call({ signal: controller.signal }),
          );
          await asked.catch((error: unknown) => {
            if (!isTakoError(error, 'budget_exhausted', 'transport', 'cancelled')) throw error;
          });
        };
        await Promise.all(calls.map(one));
        expect(await budget.usage()).toMatchObject({ spentTokens: booked, reservedTokens: 0, reservedUsd: 0 });
      },
    ),
    { numRuns: 150 },
  );
});
