import { afterEach, expect, test } from 'vitest';

import { mockVendor, type MockVendor, type VendorScript } from './mock-vendor.js';

let vendor: MockVendor;

afterEach(() => vendor.close());

async function start(...scripts: readonly VendorScript[]): Promise<void> {
  vendor = await mockVendor(scripts);
}

function says(text: string): VendorScript {
  return async (exchange) => {
    exchange.head(200, { 'content-type': 'text/plain' });
    await exchange.write(Buffer.from(text));
    exchange.end();
  };
}

test('scripts answer in order, and the last one repeats', async () => {
  await start(says('one'), says('two'));
  const answers: string[] = [];
  for (let at = 0; at < 3; at++) answers.push(await (await fetch(vendor.baseUrl)).text());
  expect(answers).toEqual(['one', 'two', 'two']);
});

test('requests are kept, with their bodies whole', async () => {
  await start(says('fine'));
  await fetch(`${vendor.baseUrl}/path?x=1`, { method: 'POST', headers: { 'X-Key': 'k' }, body: 'é'.repeat(50_000) });
  expect(vendor.requests).toMatchObject([{ method: 'POST', url: '/path?x=1', headers: { 'x-key': 'k' } }]);
  expect(vendor.requests[0]?.body).toBe('é'.repeat(50_000));
  expect(vendor.connections).toBe(1);
});

test.each(['cut', 'reset'] as const)('an answer can be %s in the middle', async (ending) => {
  await start(async (exchange) => {
    exchange.head(200, { 'content-type': 'text/plain' });
    await exchange.write(Buffer.from('half of it'));
    exchange[ending]();
  });
  const response = await fetch(vendor.baseUrl);
  await expect(response.text()).rejects.toThrow(TypeError);
});

test('an exchange tells when its client has gone', async () => {
  await start(() => undefined);
  const leaving = new AbortController();
  const asking = fetch(vendor.baseUrl, { signal: leaving.signal }).catch(() => 'left');
  const exchange = await vendor.exchange(0);
  expect(exchange.open).toBe(true);

  leaving.abort();
  await exchange.closed;
  expect(await asking).toBe('left');
  expect(exchange.open).toBe(false);
});
