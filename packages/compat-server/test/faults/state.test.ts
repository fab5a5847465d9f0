import { expect } from 'vitest';

import { MemoryStateStore, type StateStore } from '../../src/index.js';
import { bobToken, framesOf, oneModel, serving } from '../serving.js';
import { fault } from './fault.js';
import { behind, hi, streams } from './vendor.js';

const question = { model: 'tako', input: 'Hi' };

fault('76c', 'a response to go on from that failed, or is not over yet', async () => {
  const { ask, settled } = await behind(
    (response, _isStream, request) => {
      streams(response, hi);
      if (request.headers['content-length'] !== undefined && Number(request.headers['content-length']) > 500) {
        response.end();
      }
    },
    { vendorSilenceMs: 10_000 },
  );
  const failed = await ask('/v1/responses', { ...question, input: 'x'.repeat(500), stream: true });
  const open = await ask('/v1/responses', { ...question, stream: true });
  const reader = open.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (const text of [(await framesOf(failed)).join(''), (await reader?.read())?.value ?? '']) {
    const [, id = ''] = /"id":"(resp_[0-9a-f]{32})"/.exec(text) ?? [];
    expect(id).not.toBe('');
    expect((await ask(`/v1/responses/${id}`)).status).toBe(404);
    expect((await ask('/v1/responses', { ...question, previous_response_id: id })).status).toBe(404);
  }
  await reader?.cancel();
  await settled(6);
});

fault('76d', 'a chain of responses that grows without end', async () => {
  const { ask } = await serving(oneModel(), { limits: { maxMessages: 40 } });
  let last = await ask('/v1/responses', question);
  let links = 1;
  for (; last.status === 200 && links < 100; links++) {
    const { id } = (await last.json()) as { id: string };
    last = await ask('/v1/responses', { ...question, previous_response_id: id });
  }
  expect([links, last.status]).toEqual([21, 400]);
  expect(await last.json()).toMatchObject({ error: { code: 'array_above_max_length' } });
});

fault('77b', 'a store of responses that is away', async () => {
  const away = (): Promise<never> => Promise.reject(new Error('redis://secret@10.0.0.7 is away'));
  const store: StateStore = { get: away, put: away, delete: away };
  const { ask } = await serving(oneModel(), { store });
  for (const body of [question, { ...question, previous_response_id: `resp_${'0'.repeat(32)}` }]) {
    const told = await ask('/v1/responses', body);
    expect(told.status).toBe(500);
    expect(await told.text()).not.toMatch(/secret|10\.0\.0/);
  }
  const streamed = await (await ask('/v1/responses', { ...question, stream: true })).text();
  expect(streamed).toContain('event: response.failed');
  expect(streamed).not.toMatch(/secret|response\.completed/);
  expect((await ask('/v1/responses', { ...question, store: false })).status).toBe(200);
});

fault('77c', 'a tenant that fills the store', async () => {
  const store = new MemoryStateStore({ maxCharactersPerTenant: 30_000 });
  const { ask } = await serving(oneModel(), { store });
  const bob = { authorization: `Bearer ${bobToken}` };
  const make = async (input: string, headers = {}): Promise<string> =>
    ((await (await ask('/v1/responses', { model: 'tako', input }, headers)).json()) as { id: string }).id;
  const ofBob = await make('Hi', bob);
  const ids: string[] = [];
  for (let at = 0; at < 150; at++) {
    ids.push(await make('x'.repeat(400)));
    expect(store.characters).toBeLessThan(40_000);
  }
  expect((await ask(`/v1/responses/${ids[0]}`)).status).toBe(404);
  expect((await ask(`/v1/responses/${ids.at(-1)}`)).status).toBe(200);
  expect((await ask(`/v1/responses/${ofBob}`, undefined, bob)).status).toBe(200);
});
