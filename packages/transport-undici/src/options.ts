import { createSecureContext } from 'node:tls';

import { isSecret, type Secret } from '@tako/core';
import { invalidOptions } from '@tako/core/provider';
import type { Pool } from 'undici';

/** Options of `undiciTransport`. Times are in milliseconds, and `Infinity` turns one off. */
export interface UndiciTransportOptions {
  /** The most connections to one origin; further requests wait for one of them. @defaultValue 128 */
  readonly connections?: number | undefined;
  /** The most origins that connections are kept for; the one that was used least recently is given up. @defaultValue 64 */
  readonly maxOrigins?: number | undefined;
  /** How long a connection without a request is kept. A server's own shorter wish is respected. @defaultValue 30000 */
  readonly keepAliveMs?: number | undefined;
  /** Until a connection is made, its TLS handshake included. @defaultValue 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /** From a sent request to the headers of its answer. @defaultValue 600000 */
  readonly headersTimeoutMs?: number | undefined;
  /** Between two pieces of a body, while somebody waits. Any byte counts, comments too. @defaultValue 300000 */
  readonly bodyIdleMs?: number | undefined;
  /** PEM certificates of the authorities to trust, in place of the platform's. */
  readonly ca?: string | readonly string[] | undefined;
  /** The client's certificate in PEM, with those between it and its authority; needs `clientKey`. */
  readonly clientCert?: string | undefined;
  /** The private key of `clientCert` in PEM. */
  readonly clientKey?: string | Secret | undefined;
  /** The name to ask for in TLS, and to find in the server's certificate. @defaultValue the URL's host */
  readonly serverName?: string | undefined;
  /**
   * The URL of an HTTP proxy, with user name and password where it wants them. For https it is asked for a tunnel, so that it
   * sees nothing but the host; the client's certificate goes to the server alone. What the environment says of proxies is not read.
   */
  readonly proxy?: string | Secret | undefined;
  /** Whether HTTP/2 is spoken with https servers that can. @defaultValue false */
  readonly http2?: boolean | undefined;
}

/** Options as undici wants them. */
export interface CheckedOptions {
  readonly maxOrigins: number;
  readonly connectTimeoutMs: number;
  readonly http2: boolean;
  /** Those of a pool, without what concerns making connections. */
  readonly pool: Pool.Options;
  /** For TLS with the server. */
  readonly serverTls: TlsOptions;
  /** For TLS with the proxy. */
  readonly proxyTls: TlsOptions;
  readonly proxy: string | undefined;
}

/** What a connector is told about TLS. */
interface TlsOptions {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized: true;
}

const source = 'undiciTransport';

/** @throws `invalid` for options that cannot be meant. */
export function checkOptions(options: UndiciTransportOptions): CheckedOptions {
  const { connections = 128, maxOrigins = 64, http2 = false, proxy } = options;
  requireCount('connections', connections);
  requireCount('maxOrigins', maxOrigins);
  const keepAliveMs = milliseconds('keepAliveMs', options.keepAliveMs ?? 30_000);
  const serverTls = readTls(options);
  return {
    maxOrigins,
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 0),
    http2,
    pool: {
      connections,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      headersTimeout: milliseconds('headersTimeoutMs', options.headersTimeoutMs ?? 600_000, 0),
      bodyTimeout: milliseconds('bodyIdleMs', options.bodyIdleMs ?? 300_000, 0),
      allowH2: http2,
      useMilo: false, // or the environment would choose the parser
    },
    serverTls,
    proxyTls: { rejectUnauthorized: true, ...(serverTls.ca === undefined ? {} : { ca: serverTls.ca }) },
    proxy: proxy === undefined ? undefined : readProxy(isSecret(proxy) ? proxy.expose() : proxy),
  };
}

function requireCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw invalidOptions(source, `${name} must be a whole number from 1 on, got ${count}`);
}

/** setTimeout fires at once for more. */
const longestTimerMs = 2_147_483_647;

/** @param off what undici takes for "no limit": 0, or as long as can be */
function milliseconds(name: string, ms: number, off: number = longestTimerMs): number {
  if (!(ms > 0)) throw invalidOptions(source, `${name} must be more than 0, got ${ms}`);
  return ms > longestTimerMs ? off : ms;
}

function readTls({ ca, clientCert, clientKey, serverName }: UndiciTransportOptions): TlsOptions {
  if ((clientCert === undefined) !== (clientKey === undefined)) {
    throw invalidOptions(source, 'clientCert and clientKey belong together; one is missing');
  }
  const tls = {
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? [ca] : [...ca] }),
    ...(clientCert === undefined ? {} : { cert: clientCert }),
    ...(clientKey === undefined ? {} : { key: isSecret(clientKey) ? clientKey.expose() : clientKey }),
  };
  requirePem('ca', tls.ca ?? []);
  requirePem('clientCert', clientCert === undefined ? [] : [clientCert]);
  try {
    createSecureContext(tls);
  } catch {
    // OpenSSL's words are of no help, and the key must not show.
    throw invalidOptions(
      source,
      'ca, clientCert and clientKey cannot be read as PEM, or the key is of another certificate',
    );
  }
  return { ...tls, ...(serverName === undefined ? {} : { servername: serverName }), rejectUnauthorized: true };
}

/** OpenSSL takes text without any certificate for an empty list of them. */
function requirePem(name: string, texts: readonly string[]): void {
  if (texts.every((text) => text.includes('-----BEGIN CERTIFICATE-----'))) return;
  throw invalidOptions(source, `${name} holds no certificate in PEM`);
}

function readProxy(proxy: string): string {
  const url = URL.parse(proxy);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href;
  throw invalidOptions(source, 'proxy must be the URL of an HTTP proxy'); // without it: it may hold a password
}
