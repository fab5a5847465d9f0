import { TakoError, type Principal } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { expect, test } from 'vitest';

import { FailedAuths } from './failed-auths.js';

const ada: Principal = { tenantId: 'acme', userId: 'ada', roles: [] };

/** Two failures in a minute are the most. `true`: let in; `false`: asked, and wrong; `refused`: not asked. */
function guarded() {
  const clock = fakeClock();
  const failed = new FailedAuths(2, clock);
  const attempt = async (address: string | undefined, token: string, isGood = false): Promise<boolean | 'refused'> => {
    let result: boolean | 'refused' = 'refused';
    const identify = async (): Promise<Principal> => {
      result = isGood;
      if (isGood) return ada;
      throw new TakoError('auth', 'no');
    };
    await failed.guard(address, token, identify).catch(() => undefined);
    return result;
  };
  return { clock, failed, attempt };
}

test('an address that failed too often is refused for the rest of its minute, and no other is', async () => {
  const { clock, attempt } = guarded();
  expect([await attempt('192.0.2.1', 'a'), await attempt('192.0.2.1', 'b')]).toEqual([false, false]);
  expect(await attempt('192.0.2.1', 'c', true)).toBe('refused');
  expect(await attempt('192.0.2.2', 'c', true)).toBe(true);
  await clock.advance(59_999);
  expect(await attempt('192.0.2.1', 'c', true)).toBe('refused');
  await clock.advance(1);
  expect(await attempt('192.0.2.1', 'c', true)).toBe(true);
});

test('addresses of one IPv6 network are one, however many it has', async () => {
  const { attempt } = guarded();
  for (const at of [1, 2]) expect(await attempt(`2001:db8::${at}`, 'a')).toBe(false);
  expect(await attempt('2001:db8::ffff', 'a')).toBe('refused');
  expect(await attempt('2001:db8:0:1::1', 'a')).toBe(false);
});

test('a credential that was good goes on to be asked about, until it fails', async () => {
  const { attempt } = guarded();
  await attempt('192.0.2.1', 'wrong');
  expect(await attempt('192.0.2.1', 'mine', true)).toBe(true);
  await attempt('192.0.2.1', 'wrong');
  expect(await attempt('192.0.2.1', 'mine', true)).toBe(true);
  expect(await attempt('192.0.2.1', 'mine', false)).toBe(false); // revoked meanwhile
  expect(await attempt('192.0.2.1', 'mine', true)).toBe('refused');
});

test('where it is not known who connects, nothing is counted', async () => {
  const { attempt } = guarded();
  for (let at = 0; at < 10; at++) expect(await attempt(undefined, 'wrong')).toBe(false);
});

test('an outage is not counted', async () => {
  const { failed, attempt } = guarded();
  const away = async (): Promise<Principal> => {
    throw new TakoError('transport', 'away');
  };
  for (let at = 0; at < 10; at++) {
    await expect(failed.guard('192.0.2.1', 'mine', away)).rejects.toMatchObject({ code: 'transport' });
  }
  expect(await attempt('192.0.2.1', 'mine', true)).toBe(true);
});

test('it remembers ten thousand networks, and forgets the oldest', async () => {
  const { attempt } = guarded();
  for (let at = 0; at < 2; at++) await attempt('192.0.2.1', 'wrong');
  expect(await attempt('192.0.2.1', 'wrong')).toBe('refused');
  for (let at = 0; at < 10_000; at++) await attempt(`10.1.${at >> 8}.${at & 255}`, 'wrong');
  expect(await attempt('192.0.2.1', 'wrong')).toBe(false);
});
