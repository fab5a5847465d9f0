import { providerError } from '@tako/core';
import { pause, say, scriptedProvider } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { MemoryStateStore } from '../src/index.js';
import { bobToken, hello, serving } from './serving.js';

const chat = '/v1/chat/completions';
const keyed = { 'idempotency-key': 'order-66' };

/** A model that counts how often it was asked. */
function counting() {
  let asked = 0;
  const model = scriptedProvider(() => [pause(20), say(`answer ${++asked}`)]);
  return { model, asked: () => asked };
}

describe.each(['JSON', 'stream'])('%s', (kind) => {
  const body = { ...hello, stream: kind === 'stream' };

  test('requests with one key at a time are one run, and later ones get its answer again', async () => {
    const { model, asked } = counting();
    const { ask } = await serving({ tako: model });
    const answers = await Promise.all([1, 2, 3].map(() => ask(chat, body, keyed)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    const later = await ask(chat, body, keyed);
    expect([...texts, await later.text()]).toEqual(Array(4).fill(texts[0]));
    expect(texts[0]).toContain('answer 1');
    expect(asked()).toBe(1);
    const replayed = [...answers, later].map(({ headers }) => headers.get('idempotency-replayed'));
    expect(replayed.filter((told) => told === 'true')).toHaveLength(3);
    expect(new Set([...answers, later].map(({ headers }) => headers.get('x-request-id'))).size).toBe(4);
    expect(later.headers.get('content-type')).toBe(answers[0]?.headers.get('content-type'));
  });

  test('a failure is not kept', async () => {
    let tries = 0;
    const model = scriptedProvider(() =>
      ++tries === 1 ? [say('Hel'), providerError('provider', 'broken')] : [say('Hello')],
    );
    const { ask } = await serving({ tako: model });
    await (await ask(chat, body, keyed)).text();
    expect(await (await ask(chat, body, keyed)).text()).toContain('Hello');
    expect(tries).toBe(2);
  });

  test('an answer that was left is not kept, and who waited for it gets a run', async () => {
    let tries = 0;
    const model = scriptedProvider(() => (++tries === 1 ? [say('One'), pause(60_000)] : [say('Another')]));
    const { url, ask } = await serving({ tako: model });
    const leaving = new AbortController();
    const headers = { authorization: 'Bearer ada-0123456789abcdef', 'content-type': 'application/json', ...keyed };
    const left = fetch(url + chat, { method: 'POST', headers, body: JSON.stringify(body), signal: leaving.signal });
    await expect.poll(() => tries).toBe(1);
    const waiting = ask(chat, body, keyed);
    leaving.abort();
    await expect(left.then((answer) => answer.text())).rejects.toThrow('abort');
    expect(await (await waiting).text()).toContain('Another');
    expect(tries).toBe(2);
  });
});

test('another body, another caller, another route, another key', async () => {
  const { model, asked } = counting();
  const { ask } = await serving({ tako: model });
  await ask(chat, hello, keyed);
  const other = await ask(chat, { ...hello, temperature: 0 }, keyed);
  expect(other.status).toBe(409);
  expect(await other.json()).toMatchObject({ error: { code: 'idempotency_key_reused' } });
  expect(asked()).toBe(1);
  await ask(chat, hello, { ...keyed, authorization: `Bearer ${bobToken}` });
  await ask('/v1/responses', { model: 'tako', input: 'Hello' }, keyed);
  await ask(chat, hello, { 'idempotency-key': 'order-67' });
  await ask(chat, hello, { ...keyed, 'x-tako-events': '1' });
  expect(asked()).toBe(5);
});

test('servers that share a store know of finished answers', async () => {
  const store = new MemoryStateStore();
  const { model, asked } = counting();
  const [one, other] = [await serving({ tako: model }, { store }), await serving({ tako: model }, { store })];
  const text = await (await one.ask(chat, hello, keyed)).text();
  expect(await (await other.ask(chat, hello, keyed)).text()).toBe(text);
  expect(asked()).toBe(1);
});

test.each(['', ' ', 'x'.repeat(256), 'schlüssel'])('a key that is none: %j', async (key) => {
  const { model, asked } = counting();
  const { ask } = await serving({ tako: model });
  const answer = await ask(chat, hello, { 'idempotency-key': key });
  expect([answer.status, asked()]).toEqual([400, 0]);
});
