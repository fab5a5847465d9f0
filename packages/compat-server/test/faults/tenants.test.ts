import type { Principal } from '@tako/core';
import { say, scriptedProvider } from '@tako/testing';
import { expect } from 'vitest';

import { adaToken, bobToken, hello, oneModel, serving } from '../serving.js';
import { fault } from './fault.js';

const bob = { authorization: `Bearer ${bobToken}` };
const unknownId = `resp_${'0'.repeat(32)}`;
const question = { model: 'tako', input: 'Hi' };

interface Made {
  readonly id: string;
  readonly output: readonly [{ readonly id: string }];
}

const remove = (url: string, id: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${url}/v1/responses/${id}`, { method: 'DELETE', headers });

fault('62b', 'a response of another tenant that is to be deleted, or an item of it that is named', async () => {
  const { ask, url } = await serving(oneModel());
  const made = (await (await ask('/v1/responses', question)).json()) as Made;
  const [theirs, none] = await Promise.all([made.id, unknownId].map((id) => remove(url, id, bob)));
  expect([theirs?.status, await theirs?.text()]).toEqual([404, await none?.text()]);
  const name = async (id: string): Promise<[number, string]> => {
    const told = await ask('/v1/responses', { model: 'tako', input: [{ type: 'item_reference', id }] }, bob);
    return [told.status, await told.text()];
  };
  const [status, text] = await name(made.output[0].id);
  expect([status, text]).toEqual(await name(`msg_${unknownId}_0`));
  expect(status).toBe(404);
  expect((await ask(`/v1/responses/${made.id}`)).status).toBe(200);
});

fault('62c', 'a response of another user of the same tenant', async () => {
  const of = (userId: string): Principal => ({ tenantId: 'acme', userId, roles: [] });
  const tokens = [
    [adaToken, of('ada')],
    [bobToken, of('eve')],
  ] as const;
  const { ask, url } = await serving(oneModel(), { tokens });
  const { id } = (await (await ask('/v1/responses', question)).json()) as Made;
  expect((await ask(`/v1/responses/${id}`, undefined, bob)).status).toBe(404);
  expect((await ask('/v1/responses', { ...question, previous_response_id: id }, bob)).status).toBe(404);
  expect((await remove(url, id, bob)).status).toBe(404);
  expect((await ask(`/v1/responses/${id}`)).status).toBe(200);
});

fault(
  '62d',
  'the same request with the same ids and the same idempotency key, of a hundred tenants at a time',
  async () => {
    const tokens = Array.from(
      { length: 100 },
      (_, at) => [`token-${at}-0123456789`, { tenantId: `t${at}`, userId: 'u', roles: [] }] as const,
    );
    const provider = scriptedProvider((_request, call) => [say(`for ${call.principal.tenantId}.`)]);
    const { ask, log } = await serving({ tako: provider }, { tokens });
    const texts = await Promise.all(
      tokens.map(async ([token]) => {
        const headers = { authorization: `Bearer ${token}`, 'x-request-id': 'same', 'idempotency-key': 'same' };
        return (await ask('/v1/chat/completions', hello, headers)).text();
      }),
    );
    for (const [at, text] of texts.entries()) expect(text).toContain(`for t${at}.`);
    expect(new Set(texts.map((text) => /"id":"([^"]+)"/.exec(text)?.[1])).size).toBe(100);
    expect(new Set(log.map(({ tenantId }) => tenantId)).size).toBe(100);
  },
);
