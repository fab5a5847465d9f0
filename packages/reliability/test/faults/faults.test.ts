import { readFile } from 'node:fs/promises';

import { Budget } from '@tako/budget';
import { call, isTakoError, user, type PartialResult, type Provider } from '@tako/core';
import { openai as bySdk } from '@tako/provider-openai';
import { openai as byFetch } from '@tako/provider-openai/fetch';
import { reliable } from '@tako/reliability';
import { tcpFaultProxy, trackedSignal } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { faults, type Fault, type Seen } from './rows.js';
import { hello, startVendor } from './vendor.js';

const question = { messages: [user('How do you say hello?')], maxOutputTokens: 50 };
const limitMs = 250;

interface Outcome {
  readonly seen: Seen;
  readonly requests: number;
  readonly booked: number;
}

describe.each([
  ['SDK', bySdk],
  ['fetch', byFetch],
])('between a mock vendor and the provider (%s)', (_, openai) => {
  async function play(fault: Fault, layers: boolean): Promise<Outcome> {
    await using vendor = await startVendor(fault.vendor ?? [hello]);
    await using proxy = await tcpFaultProxy({
      target: { host: '127.0.0.1', port: vendor.port },
      faults: fault.network,
    });
    const tracked = trackedSignal();
    const budget = new Budget({ maxUsdPerDay: 1 });
    let port = fault.refused === true ? 1 : proxy.port;
    const provider = openai({
      model: 'm',
      apiKey: 'k',
      baseUrl: 'http://vendor.test/v1',
      fetch: (url, init) => fetch(url.replace('vendor.test', `127.0.0.1:${port}`), init),
      price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 },
      timeouts: { connectMs: limitMs, firstEventMs: limitMs, betweenEventsMs: limitMs },
    });
    const repair = (): void => {
      port = proxy.port;
      proxy.setFaults({});
    };
    const guarded = reliable({ retry: { baseDelayMs: 1, deadlineMs: 5_000, onRetry: repair }, budget: budget.layer });
    const seen = await ask(layers ? guarded(provider) : provider, tracked.signal, () => {
      if (fault.onceHeard !== undefined) proxy.setFaults(fault.onceHeard);
    });
    expect(tracked.listeners).toBe(0);
    const { spentTokens, reservedTokens } = await budget.usage();
    expect(reservedTokens).toBe(0);
    return { seen, requests: vendor.requests.length, booked: spentTokens };
  }

  test.each(faults)('$title: the provider alone', async (fault) => {
    const { seen } = await play(fault, false);
    expect(seen).toEqual(fault.alone);
  });

  test.each(faults)('$title: with layers and a budget', async (fault) => {
    const { seen, requests, booked } = await play(fault, true);
    expect(seen).toEqual(fault.layered);
    expect(requests).toBe(fault.tries);
    const { from, to } = typeof fault.booked === 'number' ? { from: fault.booked, to: fault.booked } : fault.booked;
    expect(booked).toBeGreaterThanOrEqual(from);
    expect(booked).toBeLessThanOrEqual(to);
  });
});

/** Asks and listens. @param onHeard runs when the first text has come */
async function ask(provider: Provider, signal: AbortSignal, onHeard: () => void): Promise<Seen> {
  let text = '';
  try {
    for await (const event of provider.stream(question, call({ signal }))) {
      if (event.type !== 'text_delta') continue;
      text += event.text;
      onHeard();
    }
    return { text };
  } catch (error) {
    if (!isTakoError(error)) throw error;
    const { code, retryAfterMs, details, partial } = error;
    const limit = details?.['limit'];
    return {
      code,
      ...(textOf(partial) === '' ? {} : { partial: textOf(partial) }),
      ...(typeof limit === 'string' ? { limit } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
}

function textOf(partial: PartialResult | undefined): string {
  return (partial?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
}

test('docs/reliability.md has a row for each fault, and none besides', async () => {
  const text = await readFile(new URL('../../../../docs/reliability.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('| Fault |'));
  const titles = table
    .slice(0, table.indexOf('\n\n'))
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1]?.trim());
  expect(titles).toEqual(faults.map(({ title }) => title));
});
