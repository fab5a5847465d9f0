import { cachedResolver, call, chat, user } from '@tako/core';
import { mistral } from '@tako/provider-mistral';
import { GcpSecretManagerResolver, metadataServer } from '@tako/secrets-gcp';
import { fakeClock } from '@tako/testing';
import { fakeGcp } from '@tako/testing/secrets';
import { afterEach, expect, test } from 'vitest';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

test('a rotated key reaches a live provider without a restart: one fetch for 50 calls', async () => {
  const clock = fakeClock({ nowMs: Date.now() });
  const gcp = await fakeGcp({ clock });
  close = gcp.close;
  gcp.secrets.set('mistral-key', 'key-one');
  const resolver = new GcpSecretManagerResolver({
    projectId: 'fake-project',
    token: metadataServer({ metadataUrl: gcp.url }),
    endpointUrl: gcp.url,
    clock,
  });
  const asked = () => gcp.requests.filter(({ url }) => url.pathname.endsWith(':access')).length;
  const used: (string | null)[] = [];
  const provider = mistral({
    model: 'mistral-small-latest',
    apiKey: cachedResolver(resolver, { clock, ttlMs: 60_000 }).secret('mistral-key'),
    fetch: async (_url, init) => {
      used.push(new Headers(init.headers).get('authorization'));
      const message = { role: 'assistant', content: 'hello' };
      return Response.json({ id: '1', choices: [{ index: 0, message, finish_reason: 'stop' }] });
    },
  });
  const talk = () =>
    Promise.all(Array.from({ length: 50 }, () => chat(provider, { messages: [user('hello')] }, call())));

  await talk();
  gcp.secrets.set('mistral-key', 'key-two');
  await talk();
  expect(asked()).toBe(1);
  expect(new Set(used)).toEqual(new Set(['Bearer key-one']));

  await clock.advance(60_000);
  used.length = 0;
  await talk();
  expect(asked()).toBe(2);
  expect(used).toEqual(Array.from({ length: 50 }, () => 'Bearer key-two'));
});
