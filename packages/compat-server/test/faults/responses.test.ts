import { callTool, say, scriptedProvider } from '@tako/testing';
import { expect } from 'vitest';

import { adaToken, bobToken, oneModel, serving } from '../serving.js';
import { fault } from './fault.js';

fault('62a', 'an id that another tenant was given', async () => {
  const { ask } = await serving(oneModel());
  const made = (await (await ask('/v1/responses', { model: 'tako', input: 'Hi' })).json()) as { id: string };
  const bob = { authorization: `Bearer ${bobToken}` };
  const said = async (path: string, body?: object): Promise<[number, unknown]> => {
    const answer = await ask(path, body, bob);
    return [answer.status, ((await answer.json()) as { error: { message: string } }).error.message];
  };
  expect(await said(`/v1/responses/${made.id}`)).toEqual(await said('/v1/responses/resp_unknown'));
  const go = (previous_response_id: string): object => ({ model: 'tako', input: 'Go on', previous_response_id });
  expect(await said('/v1/responses', go(made.id))).toEqual(await said('/v1/responses', go('resp_unknown')));
});

fault('76a', 'a response to go on from that cannot be gone on from', async () => {
  const { ask } = await serving(oneModel());
  for (const previous_response_id of ['resp_nope', '../x', '__proto__', 'x'.repeat(500)])
    expect((await ask('/v1/responses', { model: 'tako', input: 'Hi', previous_response_id })).status).toBe(404);
  expect((await ask('/v1/responses', { model: 'tako', input: 'Hi', previous_response_id: 7 })).status).toBe(400);
  expect((await ask('/v1/responses', { model: 'tako', input: 'Hi', conversation: 'c' })).status).toBe(400);
});

fault('76b', 'an output that answers no function call, or one twice, or does not come', async () => {
  const provider = scriptedProvider([[callTool('weather', {}, 'c2')], [say('Rain')], [say('Rain')]]);
  const { ask } = await serving({ tako: provider });
  const output = { type: 'function_call_output', call_id: 'c1', output: 'rain' };
  const called = { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{}' };
  const hi = { role: 'user', content: 'Hi' };
  for (const input of [[output], [hi, output], [called, output, output], [called], [called, hi, output]]) {
    const told = await ask('/v1/responses', { model: 'tako', input });
    expect(told.status).toBe(400);
    const { error } = (await told.json()) as { error: { message: string; param: string } };
    expect(error.param).toMatch(/^input/);
    expect(error.message).toMatch(/^input\[\d\]\.call_id|"c1"/);
  }
  expect(provider.requests).toHaveLength(0);
  const tools = [{ type: 'function', name: 'weather', parameters: { type: 'object' } }];
  const asked = await ask('/v1/responses', { model: 'tako', input: [hi], tools });
  const { id } = (await asked.json()) as { id: string };
  const goOn = (call_id: string): Promise<Response> =>
    ask('/v1/responses', { model: 'tako', previous_response_id: id, input: [{ ...output, call_id }] });
  expect((await goOn('c1')).status).toBe(400);
  expect((await goOn('c2')).status).toBe(200);
  expect((await ask('/v1/responses', { model: 'tako', input: [called, output] })).status).toBe(200);
});

fault('77a', 'a response that was not to be kept, or is deleted', async () => {
  const { ask, url } = await serving(oneModel());
  const make = async (more: object): Promise<string> =>
    ((await (await ask('/v1/responses', { model: 'tako', input: 'Hi', ...more })).json()) as { id: string }).id;
  expect((await ask(`/v1/responses/${await make({ store: false })}`)).status).toBe(404);
  const id = await make({});
  const remove = async (): Promise<number> =>
    (await fetch(`${url}/v1/responses/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${adaToken}` } }))
      .status;
  expect([await remove(), await remove()]).toEqual([200, 404]);
});

fault('78a', 'items and settings of other kinds', async () => {
  const { ask } = await serving(oneModel());
  const status = async (more: object): Promise<number> =>
    (await ask('/v1/responses', { model: 'tako', input: 'Hi', ...more })).status;
  expect(await status({ background: true })).toBe(400);
  expect(await status({ truncation: 'auto' })).toBe(200);
  expect(await status({ input: [{ type: 'item_reference', id: 'nope' }] })).toBe(404);
  expect(await status({ input: [{ type: 'wizardry' }, { role: 'user', content: 'Hi' }] })).toBe(200);
});
