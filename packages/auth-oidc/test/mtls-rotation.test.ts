import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Secret } from '@tako/core';
import { fakeClock, leaks } from '@tako/testing';
import { certificateAuthority, type CertifiedKey } from '@tako/testing/loopback';

import {
  OidcAuth,
  type IntrospectionOptions,
  type MtlsIdentity,
  type MtlsReload,
  type MtlsSource,
} from '../src/index.js';
import { clientIdOf, secret } from './clients.js';
import { identityProvider, introspectionPath, type IdentityProvider } from './identity-provider.js';
import { audience } from './peer.js';

let provider: IdentityProvider;
/** Three certificates that the identity provider takes, and one that it does not know. */
let first: CertifiedKey;
let second: CertifiedKey;
let third: CertifiedKey;
let stranger: CertifiedKey;
let directory: string;
beforeAll(async () => {
  provider = await identityProvider();
  const { authority: clients } = provider.clients;
  [first, second, third] = [clients.client('agents'), clients.client('agents'), clients.client('agents')];
  stranger = clients.client('strangers');
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
});
beforeEach(async () => {
  provider.fault(introspectionPath, 'none');
  directory = await mkdtemp(join(tmpdir(), 'auth-oidc-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const bearer = (token: string) => ({ token, scheme: 'bearer' });
const printOf = (pair: CertifiedKey): string => new X509Certificate(pair.cert).fingerprint256;
const lastShown = (): string | null | undefined => provider.questions.at(-1)?.get('certificate');

/** An authenticator with a client certificate, a clock that stands still, and what it told about reloads. */
async function bench(mtls: MtlsSource, more: Partial<IntrospectionOptions> = {}) {
  const clock = fakeClock({ nowMs: Date.now() });
  const told: MtlsReload[] = [];
  let listening: (() => void) | undefined;
  const auth = await OidcAuth.discover({
    issuer: provider.issuer,
    ca: provider.ca,
    audience,
    clock,
    introspection: {
      clientId: clientIdOf('tls_client_auth'),
      mtls,
      ca: provider.mtlsCa,
      ttlMs: 0,
      refusedTtlMs: 0,
      onMtlsReload(outcome) {
        told.push(outcome);
        listening?.();
      },
      ...more,
    },
  });
  /** Lets time pass until something is told. */
  const untilTold = async (ms: number): Promise<MtlsReload | undefined> => {
    const telling = new Promise<void>((resolve) => (listening = resolve));
    await clock.advance(ms);
    await telling;
    return told.at(-1);
  };
  /** The certificate that is shown now. */
  const shown = async (): Promise<string | null | undefined> => {
    expect(await auth.authenticate(bearer(await provider.opaqueToken()))).toMatchObject({ userId: 'ada' });
    return lastShown();
  };
  return { auth, clock, told, untilTold, shown };
}

describe('reloadMtlsIdentity', () => {
  test('under 50 callers at once no request fails, and none shows half of one and half of the other', async () => {
    const { auth } = await bench(first);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => provider.opaqueToken()));
    const before = provider.questions.length;
    const pairs = [second, third, first];
    let answered = 0;
    const callers = tokens.map(async (token) => {
      for (let call = 0; call < 5; call++) {
        expect(await auth.authenticate(bearer(token))).toMatchObject({ userId: 'ada' });
        // Forty-nine others are under way just then.
        if (++answered % 10 === 0) auth.reloadMtlsIdentity(pairs[(answered / 10) % 3] ?? first);
      }
    });
    await Promise.all(callers);
    const prints = provider.questions.slice(before).map((form) => form.get('certificate'));
    expect(prints).toHaveLength(250);
    expect(new Set(prints)).toEqual(new Set([first, second, third].map((pair) => printOf(pair))));
    auth.reloadMtlsIdentity(second);
    await auth.authenticate(bearer(tokens[0] ?? ''));
    expect(lastShown()).toBe(printOf(second));
    auth.close();
  }, 60_000);

  test('takes both in one text, and the authorities stay', async () => {
    const { auth, shown } = await bench({ pem: `${first.key}\n${first.cert}` });
    expect(await shown()).toBe(printOf(first));
    auth.reloadMtlsIdentity({ pem: new Secret(`${second.cert}\n${second.key}`) });
    expect(await shown()).toBe(printOf(second));
    auth.reloadMtlsIdentity({ cert: third.cert, key: new Secret(third.key) });
    expect(await shown()).toBe(printOf(third));
    auth.close();
  });

  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['no PEM', () => ({ pem: 'sekret' })],
    ['no key', () => ({ pem: second.cert })],
    ['no certificate', () => ({ pem: second.key })],
    ['another key', () => ({ cert: second.cert, key: third.key })],
    ['two keys', () => ({ pem: `${second.cert}${second.key}${third.key}` })],
    ['half a certificate', () => ({ ...second, cert: second.cert.replace(/.{40}\n/, '\n') })],
    ['half a key', () => ({ ...second, key: second.key.replace(/.{40}\n/, '\n') })],
    [
      'a broken certificate between',
      () => ({
        ...second,
        cert: `${second.cert}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
      }),
    ],
  ])('%s is refused, and the old one stays', async (_, identity) => {
    const { auth, shown } = await bench(first);
    let error: unknown;
    try {
      auth.reloadMtlsIdentity(identity() as MtlsIdentity); // wrong on purpose
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'invalid' });
    expect(leaks([second.key, second.cert, third.key], error, auth)).toEqual([]);
    expect(await shown()).toBe(printOf(first));
    auth.close();
  });

  test('is refused where there is no client certificate', async () => {
    const clientId = clientIdOf('client_secret_basic');
    const { auth } = await bench(first, { clientId, clientSecret: secret, mtls: undefined });
    expect(() => auth.reloadMtlsIdentity(second)).toThrow(expect.objectContaining({ code: 'invalid' }));
    await using plain = await OidcAuth.discover({ issuer: provider.issuer, ca: provider.ca, audience });
    expect(() => plain.reloadMtlsIdentity(second)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('files', () => {
  const write = async (pair: CertifiedKey, at = directory): Promise<void> => {
    await writeFile(join(at, 'tls.crt'), pair.cert);
    await writeFile(join(at, 'tls.key'), pair.key);
  };
  const paths = () => ({ certFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') });

  test('that change are read again', async () => {
    await write(first);
    const { auth, shown, untilTold } = await bench(paths());
    expect(await shown()).toBe(printOf(first));
    await write(second);
    expect(await untilTold(10_000)).toMatchObject({ type: 'reloaded', notAfterMs: expect.any(Number) });
    expect(await shown()).toBe(printOf(second));
    auth.close();
  });

  test('behind links that are swapped, as Kubernetes does, are read again', async () => {
    const swapTo = async (version: string, pair: CertifiedKey): Promise<void> => {
      await mkdir(join(directory, version));
      await write(pair, join(directory, version));
      await symlink(version, join(directory, '..next'));
      await rename(join(directory, '..next'), join(directory, '..data'));
    };
    await swapTo('..1', first);
    for (const name of ['tls.crt', 'tls.key']) await symlink(join('..data', name), join(directory, name));
    const { auth, shown, untilTold } = await bench(paths());
    expect(await shown()).toBe(printOf(first));
    await swapTo('..2', second);
    expect(await untilTold(10_000)).toMatchObject({ type: 'reloaded' });
    expect(await shown()).toBe(printOf(second));
    auth.close();
  });

  test('that are half written, or gone, change nothing, are told about once, and are taken when they are whole', async () => {
    await write(first);
    const { auth, shown, told, untilTold, clock } = await bench(paths());
    await writeFile(paths().certFile, second.cert);
    expect(await untilTold(10_000)).toMatchObject({ type: 'failed', error: { code: 'invalid' } });
    await clock.advance(10_000);
    expect(await shown()).toBe(printOf(first));
    await rm(paths().keyFile);
    expect(await untilTold(10_000)).toMatchObject({ type: 'failed', error: { code: 'transport' } });
    await writeFile(paths().keyFile, second.key);
    expect(await untilTold(10_000)).toMatchObject({ type: 'reloaded' });
    expect(await shown()).toBe(printOf(second));
    expect(told).toHaveLength(3);
    expect(leaks([second.key, second.cert, directory], told)).toEqual([]);
    auth.close();
  });

  test('may be one; a certificate set by hand stays until the file changes', async () => {
    const pemFile = join(directory, 'both.pem');
    await writeFile(pemFile, `${first.cert}\n${first.key}`);
    const { auth, shown, untilTold, clock } = await bench({ pemFile });
    auth.reloadMtlsIdentity(second);
    await clock.advance(10_000);
    expect(await shown()).toBe(printOf(second));
    await writeFile(pemFile, `${third.cert}\n${third.key}`);
    await untilTold(10_000);
    expect(await shown()).toBe(printOf(third));
    auth.close();
  });

  test('are not read any more when it is closed', async () => {
    await write(first);
    const { auth, clock } = await bench(paths());
    expect(clock.timers).toBe(1);
    await auth[Symbol.asyncDispose]();
    expect(clock.timers).toBe(0);
    await auth[Symbol.asyncDispose]();
  });

  test.each<[string, () => object, string]>([
    ['that are missing', paths, 'transport'],
    ['without a key', () => ({ certFile: paths().certFile }), 'invalid'],
    ['in another shape', () => ({ file: 'x' }), 'invalid'],
    ['that are a text alone', () => 'tls.pem' as unknown as object, 'invalid'],
    ['without a name', () => ({ pemFile: '' }), 'invalid'],
    ['that are directories', () => ({ pemFile: directory }), 'transport'],
  ])('%s are refused at once', async (_, mtls, code) => {
    await expect(bench(mtls() as MtlsSource)).rejects.toMatchObject({ code });
  });
});

describe('a function', () => {
  const hourMs = 3_600_000;
  /** Gives these one after the other, the last one again and again. */
  const giving = (...list: readonly [CertifiedKey | Error, ...(CertifiedKey | Error)[]]) => {
    const state = { asked: 0 };
    const mtls = async (): Promise<MtlsIdentity> => {
      const next = list[Math.min(state.asked++, list.length - 1)] ?? list[0];
      if (next instanceof Error) throw next;
      return next;
    };
    return { state, mtls };
  };
  const endingIn = (ms: number): CertifiedKey => provider.clients.authority.client('agents', new Date(Date.now() + ms));

  test('is asked again when 80 % of the certificate’s time is over', async () => {
    const { state, mtls } = giving(endingIn(hourMs), second);
    const { auth, shown, clock, untilTold } = await bench(mtls);
    expect(state.asked).toBe(1);
    await clock.advance(hourMs * 0.8 - 5_000);
    expect(state.asked).toBe(1);
    expect(await untilTold(10_000)).toMatchObject({ type: 'reloaded' });
    expect(state.asked).toBe(2);
    expect(await shown()).toBe(printOf(second));
    auth.close();
  });

  test('is asked once a day for a long certificate, and once a minute for one that has ended', async () => {
    const long = giving(first);
    const { auth, clock } = await bench(long.mtls);
    await clock.advance(24 * hourMs - 1);
    expect(long.state.asked).toBe(1);
    await clock.advance(1);
    expect(long.state.asked).toBe(2);
    auth.close();

    const short = giving(endingIn(1_000), second);
    const other = await bench(short.mtls);
    await other.clock.advance(59_999);
    expect(short.state.asked).toBe(1);
    await other.untilTold(1);
    expect(short.state.asked).toBe(2);
    other.auth.close();
  });

  test('that fails is asked again after a minute, and what it threw is not shown', async () => {
    const { state, mtls } = giving(endingIn(hourMs), new Error('sekret-0123456789'), second);
    const { auth, told, shown, untilTold } = await bench(mtls);
    expect(await untilTold(hourMs)).toMatchObject({ type: 'reloaded' });
    expect(told[0]).toMatchObject({ type: 'failed', error: { code: 'transport' } });
    expect(leaks(['sekret-0123456789'], told)).toEqual([]);
    expect(state.asked).toBe(3);
    expect(await shown()).toBe(printOf(second));
    auth.close();
  });

  test('that fails at first is told at once', async () => {
    await expect(bench(giving(new Error('no')).mtls)).rejects.toMatchObject({ code: 'transport' });
    await expect(bench(async () => ({ pem: 'x' }))).rejects.toMatchObject({ code: 'invalid' });
  });

  test('a question that failed is put once more with a fresh certificate', async () => {
    const { state, mtls } = giving(stranger, second);
    const { auth, shown, told } = await bench(mtls);
    const before = provider.questions.length;
    expect(await shown()).toBe(printOf(second));
    expect(provider.questions.length - before).toBe(2);
    expect([state.asked, told.length]).toEqual([2, 1]);
    auth.close();
  });

  test('a server that refuses a certificate in the handshake is a failure like any other', async () => {
    const root = certificateAuthority('Strict root');
    const strict = { ...root.server(), requestCert: true, ca: [provider.clients.authority.cert] };
    const answer = { active: true, sub: 'ada', tenant_id: 'acme', aud: audience };
    const server = createServer(strict, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo; // a server that listens on a port
    const options = { endpoint: `https://localhost:${port}/`, ca: root.cert, method: 'tls_client_auth' } as const;
    const { state, mtls } = giving(provider.clients.selfSigned, second);
    const { auth } = await bench(mtls, options);
    expect(await auth.authenticate(bearer('any'))).toMatchObject({ userId: 'ada' });
    expect(state.asked).toBe(2);
    auth.close();

    const refused = await bench(provider.clients.selfSigned, options);
    await expect(refused.auth.authenticate(bearer('any'))).rejects.toMatchObject({ code: 'transport' });
    refused.auth.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test('of 50 that failed each is put once more, and the function is asked once', async () => {
    const { state, mtls } = giving(stranger, second);
    const { auth } = await bench(mtls);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => provider.opaqueToken()));
    const all = await Promise.all(tokens.map((token) => auth.authenticate(bearer(token))));
    expect(new Set(all.map(({ userId }) => userId))).toEqual(new Set(['ada']));
    expect(state.asked).toBe(2);
    auth.close();
  });

  test('is not put once more with the same certificate, and a function is not asked by every failure', async () => {
    const { state, mtls } = giving(stranger);
    const { auth } = await bench(mtls);
    const before = provider.questions.length;
    for (let at = 0; at < 3; at++) {
      const token = await provider.opaqueToken();
      await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'transport' });
    }
    expect(provider.questions.length - before).toBe(3);
    expect(state.asked).toBe(2);
    auth.close();
  });

  test('that is slow does not hold the failure back for long', async () => {
    let asked = 0;
    const mtls = (): Promise<MtlsIdentity> =>
      asked++ === 0 ? Promise.resolve(stranger) : new Promise(() => undefined);
    const { auth, clock } = await bench(mtls);
    const failing = auth.authenticate(bearer(await provider.opaqueToken())).catch((error: unknown) => error);
    await expect.poll(() => asked).toBe(2);
    await clock.advance(2_000);
    expect(await failing).toMatchObject({ code: 'transport' });
    auth.close();
    await clock.advance(0);
    expect(clock.timers).toBe(0);
  });
});
