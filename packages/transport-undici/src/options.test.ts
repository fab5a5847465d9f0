import { Secret } from '@tako/core';
import { certificateAuthority } from '@tako/testing/loopback';
import { describe, expect, test } from 'vitest';

import { checkOptions, type UndiciTransportOptions } from './options.js';
import { undiciTransport } from './undici-transport.js';

const ca = certificateAuthority();
const client = ca.client('one');
const other = ca.client('other');
const refused = expect.objectContaining({ name: 'TakoError', code: 'invalid' });

test('defaults, and what undici is told of them', () => {
  expect(checkOptions({})).toEqual({
    maxOrigins: 64,
    connectTimeoutMs: 10_000,
    http2: false,
    pool: {
      connections: 128,
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 30_000,
      headersTimeout: 600_000,
      bodyTimeout: 300_000,
      allowH2: false,
      useMilo: false,
    },
    serverTls: { rejectUnauthorized: true },
    proxyTls: { rejectUnauthorized: true },
    proxy: undefined,
  });
});

test('Infinity turns a limit off', () => {
  const { pool } = checkOptions({ headersTimeoutMs: Infinity, bodyIdleMs: Infinity, keepAliveMs: Infinity });
  expect(pool).toMatchObject({ headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 2 ** 31 - 1 });
});

describe('wrong options throw at construction', () => {
  test.each<[string, UndiciTransportOptions]>([
    ['no connections', { connections: 0 }],
    ['half a connection', { connections: 1.5 }],
    ['no origins', { maxOrigins: 0 }],
    ['a time of none', { connectTimeoutMs: 0 }],
    ['a time that is no number', { bodyIdleMs: Number.NaN }],
    ['a negative time', { keepAliveMs: -1 }],
    ['a certificate without its key', { clientCert: client.cert }],
    ['a key without its certificate', { clientKey: client.key }],
    ['a key of another certificate', { clientCert: client.cert, clientKey: other.key }],
    ['a key that is none', { clientCert: client.cert, clientKey: 'secret-key' }],
    ['a certificate that is none', { clientCert: 'nothing', clientKey: client.key }],
    ['half a certificate', { clientCert: client.cert.slice(0, 200), clientKey: client.key }],
    ['an authority that is none', { ca: 'nothing' }],
    ['an empty authority', { ca: '' }],
    ['one of two authorities that is none', { ca: [ca.cert, 'nothing'] }],
    ['a proxy that is no URL', { proxy: 'user:secret@proxy:80:80' }],
    ['a proxy of another protocol', { proxy: 'socks5://secret@proxy:1080' }],
  ])('%s', (_, options) => {
    expect(() => undiciTransport(options)).toThrow(refused);
    expect(() => undiciTransport(options)).not.toThrow(/secret/);
  });
});

test('keys and proxies may be secrets', () => {
  const { serverTls, proxy } = checkOptions({
    clientCert: client.cert,
    clientKey: new Secret(client.key),
    proxy: new Secret('http://user:password@proxy.example:8080'),
  });
  expect(serverTls.key).toBe(client.key);
  expect(proxy).toBe('http://user:password@proxy.example:8080/');
});

test("the proxy is not told the client's certificate, nor the server's name", () => {
  const { proxyTls } = checkOptions({
    ca: ca.cert,
    clientCert: client.cert,
    clientKey: client.key,
    serverName: 'server.example',
  });
  expect(proxyTls).toEqual({ ca: [ca.cert], rejectUnauthorized: true });
});
