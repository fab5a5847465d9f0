import { assistant, chat, textOf, user, type Message } from '@tako/core';
import { llmJudge } from '@tako/orchestrators/verifiers';
import { expect, test } from 'vitest';

import { agreed, facets, readFindings, truthOf } from './case-file.js';
import { simulatedModel } from './simulated-model.js';

const question = 'Should we move?';
const model = (id: string, skill: number, seed = 1): ReturnType<typeof simulatedModel> =>
  simulatedModel({ id, skill, question, seed, delayMs: 0, price: { inputUsdPerMillion: 1, outputUsdPerMillion: 4 } });
const ask = async (provider: ReturnType<typeof model>, messages: readonly Message[]): Promise<string> =>
  textOf((await chat(provider, { messages })).message);
const right = (text: string, seed = 1): number =>
  Array.from(agreed(readFindings(text))).filter(([facet, figure]) => figure === truthOf(question, facet, seed)).length;

test('the same prompt gets the same answer, another seed or model another one', async () => {
  const first = await ask(model('s:a', 0.6), [user(question)]);
  expect(await ask(model('s:a', 0.6), [user(question)])).toBe(first);
  expect(await ask(model('s:a', 0.6, 2), [user(question)])).not.toBe(first);
  expect(await ask(model('s:b', 0.6), [user(question)])).not.toBe(first);
});

test('skill shows: over many seeds a better model is right more often, and no call finds everything', async () => {
  const sum = async (skill: number): Promise<number> => {
    let found = 0;
    for (let seed = 1; seed <= 60; seed++) found += right(await ask(model('s:a', skill, seed), [user(question)]), seed);
    return found;
  };
  const [low, high] = [await sum(0.3), await sum(0.9)];
  // 60 answers of at most five facets each.
  expect(low).toBeGreaterThan(60);
  expect(low).toBeLessThan(130);
  expect(high).toBeGreaterThan(240);
  expect(high).toBeLessThanOrEqual(300);
});

test('it takes over what it is shown, and looks again at what was found wrong', async () => {
  const draft = `- cost: ${truthOf(question, 'cost', 1)}\n- risk: 5`;
  const told = [user(question), assistant(draft), user('What was found:\nwrong: risk. missing: timing.')];
  const found = agreed(readFindings(await ask(model('s:a', 0.97), told)));
  expect(found.get('cost')).toBe(truthOf(question, 'cost', 1));
  expect(found.get('risk')).toBe(truthOf(question, 'risk', 1));
});

test('its judgement follows what is right', async () => {
  const verifier = llmJudge({ provider: model('s:judge', 0.8) });
  const call = { signal: new AbortController().signal, principal: { tenantId: 't' }, runId: 'r' } as never;
  const scoreOf = async (text: string): Promise<number> =>
    (await verifier.verify({ messages: [user(question)], text }, call)).score;
  const all = facets.map((facet) => `- ${facet}: ${truthOf(question, facet, 1)}`).join('\n');
  expect(await scoreOf(all)).toBeGreaterThanOrEqual(0.6);
  expect(await scoreOf('nothing')).toBeLessThanOrEqual(0.3);
});
