import { createPublicKey, createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';

import { expectEqual, expectThat, shown } from '../conformance/bench/expectation.js';
import type { AuthCase } from './auth-bench.js';
import { publicJwk } from './sign-token.js';

/** Key ids that somebody might look up in a file, a database or a shell. */
const hostileKeyIds: readonly unknown[] = [
  '../../../../../../../dev/null',
  '/dev/null',
  'file:///etc/passwd',
  "' UNION SELECT 'AAAA' -- ",
  "'; DROP TABLE keys; --",
  '$(id)',
  '| id',
  '__proto__',
  'constructor',
  'toString',
  '',
  '*',
  '\u0000',
  'k'.repeat(3_000),
  0,
  null,
  true,
  {},
  [],
  { $ne: null },
];

/** Tokens that the right key has not signed. RFC 8725, sections 2.1 to 2.10, has the attacks. */
export const forgeryCases: readonly AuthCase[] = [
  {
    name: 'forgery: alg none is auth, with and without a signature',
    needs: ['jwt'],
    async run(bench) {
      for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'null', undefined, null, 0, ['none'], {}]) {
        const [head = '', payload = '', signature = ''] = bench.sign({}, { alg }).split('.');
        await bench.expectRefused(`${head}.${payload}.`, `alg ${shown(alg)} without a signature`);
        await bench.expectRefused(`${head}.${payload}`, `alg ${shown(alg)} without a third part`);
        await bench.expectRefused(`${head}.${payload}.${signature}`, `alg ${shown(alg)} with a signature`);
      }
    },
  },
  {
    name: 'forgery: the public key as the secret of HS256 is auth',
    needs: ['jwt'],
    async run(bench) {
      const { signer } = bench.jwt;
      if (signer.algorithm === 'HS256') return; // it has no public key
      const key = createPublicKey(signer.key);
      const pem = key.export({ type: 'spki', format: 'pem' }).toString();
      const secrets = [
        pem,
        pem.trim(),
        pem.replaceAll('\n', '\r\n'),
        key.export({ type: 'spki', format: 'der' }),
        JSON.stringify(publicJwk(signer)),
        String(key.export({ format: 'jwk' }).x ?? key.export({ format: 'jwk' }).n),
      ];
      for (const secret of secrets) {
        const forger = { algorithm: 'HS256', key: createSecretKey(Buffer.from(secret)), keyId: signer.keyId } as const;
        await bench.expectRefused(bench.signAs(forger), 'a token signed with the public key');
        await bench.expectRefused(
          bench.signAs(forger, undefined, { alg: signer.algorithm }),
          'a token signed with the public key under the right name',
        );
      }
    },
  },
  {
    name: 'forgery: another algorithm than the one asked for is auth',
    needs: ['jwt'],
    async run(bench) {
      const { algorithm } = bench.jwt.signer;
      for (const alg of [
        'HS256',
        'HS512',
        'RS256',
        'RS512',
        'PS256',
        'ES256',
        'ES512',
        'EdDSA',
        'dir',
        'RSA1_5',
        'ES256K',
      ]) {
        if (alg === algorithm) continue;
        await bench.expectRefused(bench.sign({}, { alg }), `alg ${alg} for a signature of ${algorithm}`);
      }
      await bench.expectRefused(bench.sign({}, { alg: algorithm.toLowerCase() }), 'alg in small letters');
      await bench.expectRefused(bench.sign({}, { alg: [algorithm] }), 'alg in a list');
    },
  },
  {
    name: 'forgery: a key that the token brings along is not used, nor an address that it names asked',
    needs: ['jwt'],
    async run(bench) {
      const stranger = await bench.stranger();
      const symmetric = stranger.algorithm === 'HS256';
      const jwk = symmetric ? stranger.key.export({ format: 'jwk' }) : publicJwk(stranger);
      const trap = await keyTrap({ keys: [jwk] });
      try {
        for (const header of [
          { jwk },
          { jwk, kid: undefined },
          { jwk: JSON.stringify(jwk) },
          { jku: trap.url },
          { jku: trap.url, kid: undefined },
          { x5u: trap.url },
          { x5c: ['MIIB'] },
          { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
          { iss: trap.url, jwks_uri: trap.url },
        ]) {
          const what = Object.keys(header).join(' and ');
          await bench.expectRefused(bench.signAs(stranger, undefined, header), `a stranger's token with ${what}`);
          await bench.authenticate(bench.sign({}, header)).catch(() => undefined); // good or not: both are defensible
        }
        const payload = { ...bench.jwt.claims(), jwk, jku: trap.url };
        await bench.expectRefused(bench.signAs(stranger, payload), 'a key among the claims');
        expectEqual(trap.requests(), 0, 'requests to the address that the token names');
      } finally {
        await trap.close();
      }
    },
  },
  {
    name: 'forgery: a key id that is a path, SQL or no text at all finds no key',
    needs: ['jwt'],
    async run(bench) {
      const stranger = await bench.stranger();
      const empty = { algorithm: 'HS256', key: createSecretKey(Buffer.alloc(0)) } as const;
      for (const kid of hostileKeyIds) {
        await bench.expectRefused(bench.signAs(stranger, undefined, { kid }), `kid ${shown(kid)}`);
        await bench.expectRefused(bench.signAs(empty, undefined, { kid }), `kid ${shown(kid)}, signed with nothing`);
      }
      await bench.expectAccepted(bench.sign(), 'a good token, after that');
    },
  },
  {
    name: 'forgery: a stranger who claims to have the right key is auth',
    needs: ['jwt'],
    async run(bench) {
      const stranger = await bench.stranger();
      await bench.expectRefused(bench.signAs(stranger), 'with the right key id');
      await bench.expectRefused(bench.signAs(stranger, undefined, { kid: undefined }), 'without a key id');
    },
  },
  {
    name: 'forgery: changed claims under a good signature are auth',
    needs: ['jwt'],
    async run(bench) {
      const [head = '', payload = '', signature = ''] = bench.sign().split('.');
      const claims = bench.jwt.claims();
      for (const change of [
        { sub: 'mallory' },
        { exp: Number(claims['exp']) + 1 },
        { admin: true },
        { roles: ['admin'] },
      ]) {
        const changed = encode({ ...claims, ...change });
        await bench.expectRefused(`${head}.${changed}.${signature}`, `${Object.keys(change).join()} changed`);
      }
      await bench.expectRefused(`${encode({ ...decode(head), x: 1 })}.${payload}.${signature}`, 'the header changed');
      await bench.expectRefused(`${payload}.${head}.${signature}`, 'header and payload in each other’s place');
    },
  },
  {
    name: 'forgery: a changed, missing, empty or foreign signature is auth',
    needs: ['jwt'],
    async run(bench) {
      const [head = '', payload = '', signature = ''] = bench.sign().split('.');
      const [, , foreign = ''] = bench.sign({ jti: 'another' }).split('.');
      const bytes = Buffer.from(signature, 'base64url');
      const flipped = Buffer.from(bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
      const last = Buffer.from(bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)));
      const signatures = [
        '',
        'AAAA',
        foreign,
        signature.slice(0, -4),
        `${signature}AAAA`,
        signature + signature,
        flipped.toString('base64url'),
        last.toString('base64url'),
        Buffer.alloc(bytes.length).toString('base64url'), // CVE-2022-21449: r = s = 0 was good for any message
        Buffer.alloc(bytes.length, 255).toString('base64url'),
      ];
      for (const other of signatures) await bench.expectRefused(`${head}.${payload}.${other}`, 'another signature');
      await bench.expectRefused(`${head}.${payload}`, 'no signature');
    },
  },
  {
    name: 'forgery: one signature has one spelling',
    needs: ['jwt'],
    async run(bench) {
      const [head = '', payload = '', signature = ''] = bench.sign().split('.');
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const bytes = Buffer.from(signature, 'base64url');
      // The last character has bits that belong to no byte: other spellings decode to the same bytes.
      const twin = Array.from(alphabet)
        .map((last) => signature.slice(0, -1) + last)
        .find((other) => other !== signature && Buffer.from(other, 'base64url').equals(bytes));
      expectThat(twin !== undefined || bytes.length % 3 === 0, 'there is another spelling');
      if (twin !== undefined) await bench.expectRefused(`${head}.${payload}.${twin}`, 'bits that belong to no byte');
      await bench.expectRefused(`${head}.${payload}.${signature}==`, 'padding');
      await bench.expectRefused(`${head}.${payload}.${Buffer.from(bytes).toString('base64')}+/`, 'the other alphabet');
    },
  },
  {
    name: 'forgery: critical extensions that nobody here knows are auth',
    needs: ['jwt'],
    async run(bench) {
      for (const header of [
        { crit: ['exp'], exp: 1 },
        { crit: ['b64'], b64: false },
        { crit: ['b64'], b64: true },
        { crit: ['urn:example:unknown'], 'urn:example:unknown': true },
        { crit: [] },
        { crit: 'exp' },
        { crit: null },
      ]) {
        await bench.expectRefused(bench.sign({}, header), `crit ${shown(header.crit)}`);
      }
    },
  },
  {
    name: 'forgery: other serialisations of JOSE are auth',
    needs: ['jwt'],
    async run(bench) {
      const token = bench.sign();
      const [head = '', payload = '', signature = ''] = token.split('.');
      await bench.expectRefused(JSON.stringify({ protected: head, payload, signature }), 'flattened JSON');
      await bench.expectRefused(
        JSON.stringify({ payload, signatures: [{ protected: head, signature }] }),
        'general JSON',
      );
      await bench.expectRefused(`${token}.${payload}.${signature}`, 'five parts, as JWE has');
      await bench.expectRefused(`${head}.${encode(token)}.${signature}`, 'a token in a token');
      await bench.expectRefused(`W10.${payload}.${signature}`, 'a header that is a list');
      await bench.expectRefused(`bnVsbA.${payload}.${signature}`, 'a header that is null');
    },
  },
];

/** A server on loopback that gives a stranger's keys to whoever asks, and counts. */
async function keyTrap(keys: object): Promise<{ url: string; requests: () => number; close: () => Promise<void> }> {
  let requests = 0;
  const server = createServer((_, response) => {
    requests++;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/keys`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(segment: string): object {
  const header: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString());
  return typeof header === 'object' && header !== null ? header : {};
}
