import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';

import { newSigner, publicJwk, signToken, type TokenSigner, type UpstreamFault } from '@tako/testing/identity';
import { expect, vi } from 'vitest';

import { gate } from '../identity/gate.js';
import { issuers, type TestIssuer } from '../identity/test-issuer.js';
import { fault } from './fault.js';

/** The same for each kind of authenticator, behind a gate of its own. */
async function each(
  algorithm: 'RS256' | 'ES256' | 'EdDSA',
  run: (issuer: TestIssuer, at: Awaited<ReturnType<typeof gate>>) => Promise<void>,
): Promise<void> {
  for (const make of issuers) {
    const issuer = await make({ algorithm });
    await run(issuer, await gate(issuer.auth, { limits: { maxFailedAuthsPerMinute: Infinity } }));
  }
}

/** A token with a signature of our choice. */
function withSignature(token: string, signature: Uint8Array): string {
  return `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.from(signature).toString('base64url')}`;
}

fault('52a', 'an RSA key that is too short in the key set', () =>
  each('RS256', async ({ keys, token, signer }, { refuses, admits }) => {
    for (const modulusLength of [512, 1_024]) {
      const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength });
      const weak: TokenSigner = { algorithm: 'RS256', key, keyId: 'weak' };
      keys.publish([publicJwk(weak), publicJwk(signer)]);
      await refuses(token({}, {}, weak));
      await admits(token());
    }
  }),
);

fault('52b', 'an ECDSA signature of zeros, of the wrong length, or in another form', () =>
  each('ES256', async ({ token }, { refuses, admits }) => {
    await admits(token());
    const der = Buffer.concat([Buffer.from([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01])]);
    for (const signature of [new Uint8Array(64), new Uint8Array(63), new Uint8Array(0), new Uint8Array(65), der])
      await refuses(withSignature(token(), signature));
  }),
);

fault('52c', 'a key off its curve in the key set', () =>
  each('ES256', async ({ keys, token }, { refuses }) => {
    const stranger = await newSigner('ES256', 'off-curve');
    keys.publish([{ ...publicJwk(stranger), y: Buffer.alloc(32, 7).toString('base64url') }]);
    await refuses(token({}, {}, stranger));
  }),
);

fault('52d', 'an Ed25519 key of low order in the key set, for which anybody can sign', () =>
  each('EdDSA', async ({ keys, claims }, { refuses }) => {
    // The neutral element of the curve: R = it and S = 0 fit every message. RFC 8032, section 5.1.
    const neutral = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
    const jwk: JsonWebKey = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', kid: 'low', use: 'sig' };
    keys.publish([{ ...jwk, x: neutral.toString('base64url') }]);
    const stranger = { ...(await newSigner('EdDSA', 'low')) };
    const token = signToken(stranger, { header: { typ: 'at+jwt' }, payload: claims() });
    await refuses(withSignature(token, Buffer.concat([neutral, Buffer.alloc(32)])));
  }),
);

fault('53a', 'a new key, and many tokens of it at a time', () =>
  each('ES256', async ({ keys, token, signer, clock }, { admits }) => {
    await admits(token());
    await clock.advance(30_000);
    const next = await newSigner('ES256', 'key-2');
    keys.publish([publicJwk(signer), publicJwk(next)]);
    const before = keys.requests();
    await Promise.all(Array.from({ length: 20 }, () => admits(token({}, {}, next))));
    expect(keys.requests() - before).toBe(1);
    await admits(token());
  }),
);

fault('53b', 'a thousand tokens that name keys which nobody has', () =>
  each('ES256', async ({ keys, token, clock }, { refuses, ask, admits }) => {
    await admits(token());
    await clock.advance(30_000);
    const stranger = await newSigner('ES256');
    const before = keys.requests();
    const statuses = await Promise.all(
      Array.from({ length: 1_000 }, async (_, at) => {
        const authorization = `Bearer ${token({}, { kid: `kid-${at}` }, stranger)}`;
        return (await ask('/v1/models', undefined, { authorization })).status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(keys.requests() - before).toBeLessThanOrEqual(1);
    await refuses(token({}, { kid: 'one-more' }, stranger));
    await admits(token());
  }),
);

fault('53c', 'a key that was taken out of the key set', () =>
  each('ES256', async ({ keys, token, clock }, { admits, refuses }) => {
    await admits(token());
    keys.publish([publicJwk(await newSigner('ES256', 'key-2'))]);
    await admits(token());
    await clock.advance(3_600_000);
    await refuses(token());
  }),
);

/** No key is known, and none can be had: nobody can tell whether a token is good. Once they can, it is let in. */
const away = (kind: UpstreamFault) =>
  each('ES256', async ({ keys, token, clock }, { defers, admits }) => {
    keys.fail(kind);
    await defers(token());
    await defers(token());
    expect(keys.requests()).toBeLessThanOrEqual(1);
    keys.fail(undefined);
    await clock.advance(30_000);
    await admits(token());
  });

fault('54a', 'a key set that nobody serves', () => away('refused'));
fault('54b', 'a key set that is answered with status 500', () => away('error'));
fault('54c', 'a key set in the place of which there is a page', () => away('garbage'));
fault('54d', 'a key set that is none', () => away('lies'));
fault('54e', 'a key set that is a redirect to another place', () => away('redirect'));
fault('54f', 'a key set of 100 MB', () => away('huge'));

fault('54g', 'a key set that does not come, or not to its end', () =>
  each('ES256', async ({ keys, token, clock }, { defers, admits }) => {
    for (const kind of ['hangs', 'stalls'] as const) {
      keys.fail(kind);
      const before = keys.requests();
      const asked = defers(token());
      await vi.waitFor(() => expect(keys.requests()).toBeGreaterThan(before));
      await clock.advance(10_000);
      await asked;
      keys.fail(undefined);
      await clock.advance(30_000);
    }
    await admits(token());
  }),
);

fault('54h', 'keys that are known, while newer ones cannot be had', () =>
  each('ES256', async ({ keys, token, clock }, { admits, defers }) => {
    await admits(token());
    keys.fail('error');
    await clock.advance(3_600_000);
    await admits(token());
    await defers(token({}, {}, await newSigner('ES256', 'key-2')));
    await clock.advance(86_400_000 - 3_600_000);
    await defers(token());
  }),
);

fault('56a', 'tokens that begin alike, in their first 20, 64 and 200 characters', () =>
  each('ES256', async ({ token, signer, claims }, { admits, refuses }) => {
    const header = { typ: 'at+jwt' };
    const same = { nonce: 'x'.repeat(200) };
    const of = (sub: string): string => signToken(signer, { header, payload: { ...same, ...claims({ sub }) } });
    const [ada, bob] = [of('ada'), of('bob')];
    expect(ada.slice(0, 200)).toBe(bob.slice(0, 200));
    await admits(ada, 'ada');
    await admits(bob, 'bob');
    await admits(ada, 'ada');
    await refuses(`${ada.slice(0, 200)}${token().slice(200)}`);
  }),
);

fault('56b', 'tokens that differ in their signature alone', () =>
  each('ES256', async ({ token }, { admits, refuses }) => {
    const good = token();
    await admits(good);
    const bytes = Buffer.from(good.slice(good.lastIndexOf('.') + 1), 'base64url');
    for (const at of [0, 31, 32, 63]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await refuses(withSignature(good, changed));
    }
    const last = good.at(-1) ?? '';
    await refuses(`${good.slice(0, -1)}${last === 'A' ? 'B' : 'A'}`);
    await admits(good);
  }),
);
