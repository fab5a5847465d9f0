import { createPublicKey, createSecretKey } from 'node:crypto';

import { newSigner, publicJwk, signToken, upstreamServer, type TokenSigner } from '@tako/testing/identity';
import { expect, onTestFinished } from 'vitest';

import { gate } from '../identity/gate.js';
import { issuers, jwtIssuer, oidcIssuer, type TestIssuer } from '../identity/test-issuer.js';
import { fault } from './fault.js';

/** Forged tokens are refused by both, and good ones are not. */
async function forged(
  forge: (issuer: TestIssuer) => Promise<readonly string[]> | readonly string[],
  algorithm: 'RS256' | 'ES256' = 'ES256',
): Promise<void> {
  for (const make of issuers) {
    const issuer = await make({ algorithm });
    const { admits, refuses } = await gate(issuer.auth);
    await admits(issuer.token());
    for (const token of await forge(issuer)) await refuses(token);
    await admits(issuer.token());
  }
}

/** A token whose parts are as they are given. */
const joined = (header: object, payload: object, signature = ''): string =>
  [JSON.stringify(header), JSON.stringify(payload), signature]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

fault('46a', 'a token that says it needs no signature, in any spelling', () =>
  forged(({ claims }) =>
    ['none', 'None', 'nOnE', 'NONE', ''].flatMap((alg) => [
      joined({ alg, typ: 'at+jwt' }, claims()),
      joined({ alg, typ: 'at+jwt' }, claims(), 'x'),
    ]),
  ),
);

fault('46b', 'a good token without its signature, or with another’s', () =>
  forged(async ({ token, claims }) => {
    const [header, payload] = token().split('.');
    const stranger = await newSigner('ES256', 'key-1');
    return [`${header}.${payload}.`, `${header}.${payload}`, signToken(stranger, { payload: claims() })];
  }),
);

/** Signed with HMAC, and a secret that everybody knows: the public key. */
const confused = (secretOf: (signer: TokenSigner) => string | Buffer) =>
  forged(({ signer, claims }) => {
    const key = createSecretKey(Buffer.from(secretOf(signer)));
    const header = { typ: 'at+jwt' };
    return [signToken({ algorithm: 'HS256', key, keyId: 'key-1' }, { header, payload: claims() })];
  }, 'RS256');

fault('47a', 'HS256 with the PEM of the public key as its secret', () =>
  confused(({ key }) => createPublicKey(key).export({ type: 'spki', format: 'pem' })),
);

fault('47b', 'HS256 with the DER of the public key as its secret', () =>
  confused(({ key }) => createPublicKey(key).export({ type: 'spki', format: 'der' })),
);

fault('47c', 'HS256 with the JWK of the public key as its secret', () =>
  confused((signer) => JSON.stringify(publicJwk(signer))),
);

fault('48a', 'a token that brings its own key (jwk, x5c)', () =>
  forged(async ({ token }) => {
    const stranger = await newSigner('ES256', 'mine');
    const der = createPublicKey(stranger.key).export({ type: 'spki', format: 'der' }).toString('base64');
    return [
      token({}, { jwk: publicJwk(stranger) }, stranger),
      token({}, { x5c: [der] }, stranger),
      token({}, { jwk: publicJwk(stranger), kid: 'key-1' }, stranger),
    ];
  }),
);

fault('48b', 'a token that says where its key is (jku, x5u)', async () => {
  const stranger = await newSigner('ES256', 'mine');
  const canary = await upstreamServer(() => ({ body: { keys: [publicJwk(stranger)] } }));
  onTestFinished(() => canary.close());
  await forged(({ token }) => ['jku', 'x5u'].map((name) => token({}, { [name]: `${canary.url}/keys` }, stranger)));
  expect(canary.requests()).toBe(0);
});

fault('48c', 'a kid that is a path, an address, SQL, or a name that all objects have', () =>
  forged(async ({ token }) => {
    const stranger = await newSigner('ES256');
    const kids = [
      '../../../../etc/passwd',
      '/dev/null',
      'https://127.0.0.1/keys',
      "' OR 1=1--",
      '__proto__',
      'constructor',
      '',
    ];
    return kids.map((kid) => token({}, { kid }, stranger));
  }),
);

fault('48d', 'a kid that is very long, or no text', () =>
  forged(({ token }) => [
    token({}, { kid: 'x'.repeat(4_000) }),
    token({}, { kid: ['key-1'] }),
    token({}, { kid: 1 }),
    token({}, { kid: null }),
  ]),
);

fault('49a', 'critical extensions (crit), known to nobody', () =>
  forged(({ token }) => [
    token({}, { crit: ['x'], x: 1 }),
    token({}, { crit: ['exp'] }),
    token({}, { crit: [] }),
    token({}, { crit: 'x' }),
  ]),
);

fault('49b', 'an unencoded payload (b64: false)', () =>
  forged(({ token }) => [token({}, { b64: false, crit: ['b64'] })]),
);

fault('49c', 'an encrypted token in place of a signed one, also one that unpacks to much', () =>
  forged(() => {
    const part = (value: string): string => Buffer.from(value).toString('base64url');
    const header = { alg: 'dir', enc: 'A256GCM' };
    return [header, { ...header, zip: 'DEF' }, { alg: 'RSA-OAEP', enc: 'A256GCM', zip: 'DEF' }].map((protect) =>
      [part(JSON.stringify(protect)), '', part('0'.repeat(12)), part('0'.repeat(4_000)), part('0'.repeat(16))].join(
        '.',
      ),
    );
  }),
);

fault('49d', 'a token within a token', () =>
  forged(({ signer, token }) => [
    signToken(signer, { header: { typ: 'at+jwt', cty: 'JWT' }, payload: token() }),
    signToken(signer, { header: { typ: 'at+jwt', cty: 'JWT' }, payload: JSON.stringify(token()) }),
  ]),
);

fault('50a', 'a token that has expired, to the millisecond', async () => {
  for (const make of issuers) {
    const { auth, token, clock } = await make();
    const { admits, refuses } = await gate(auth);
    const short = token({ exp: Math.floor(clock.now() / 1_000) + 10 });
    await clock.advance(39_999); // with the leeway of 30 seconds
    await admits(short);
    await clock.advance(1);
    await refuses(short);
  }
});

fault('50b', 'a token that is not valid yet (nbf)', async () => {
  for (const make of issuers) {
    const { auth, token, clock } = await make();
    const { admits, refuses } = await gate(auth);
    const early = token({ nbf: Math.floor(clock.now() / 1_000) + 31, exp: Math.floor(clock.now() / 1_000) + 300 });
    await refuses(early);
    await clock.advance(1_000);
    await admits(early);
  }
});

fault('50c', 'a token from the future (iat)', () =>
  forged(({ token, clock }) => [31, 86_400, 1e9].map((more) => token({ iat: clock.now() / 1_000 + more }))),
);

fault('50d', 'an end that is missing, a text, or no time', () =>
  forged(({ token, clock, signer, claims }) => {
    const later = Math.floor(clock.now() / 1_000) + 300;
    const huge = JSON.stringify(claims({ exp: 0 })).replace('"exp":0', '"exp":1e999');
    return [
      ...[undefined, null, String(later), [later], -1, true].map((exp) => token({ exp })),
      signToken(signer, { header: { typ: 'at+jwt' }, payload: huge }),
    ];
  }),
);

fault('51a', 'another issuer: a slash, another case, none, a list', () =>
  forged(({ token, issuer }) =>
    [`${issuer}/`, issuer.toUpperCase(), `${issuer}.evil.example`, undefined, '', [issuer]].map((iss) =>
      token({ iss }),
    ),
  ),
);

fault('51b', 'another audience: a part of ours, ours with more, none, an empty list', () =>
  forged(({ token }) =>
    ['https://agents.acme', 'https://agents.acme.example.evil', undefined, '', [], ['x'], [['x']], {}].map((aud) =>
      token({ aud }),
    ),
  ),
);

fault('51c', 'an ID token where access tokens are wanted', async () => {
  for (const make of [jwtIssuer, oidcIssuer]) {
    const { auth, token } = await make({ typ: 'at+jwt' });
    const { admits, refuses } = await gate(auth);
    await admits(token());
    await admits(token({}, { typ: 'application/at+jwt' }));
    for (const typ of ['JWT', 'jwt', 'dpop+jwt', undefined]) await refuses(token({}, { typ }));
  }
});

fault('51d', 'a token that is bound to a key or a certificate which the caller does not show (cnf)', () =>
  forged(({ token }) =>
    [{ 'x5t#S256': 'x'.repeat(43) }, { jkt: 'x'.repeat(43) }, { jwk: {} }, {}, 'x', null].map((cnf) => token({ cnf })),
  ),
);
