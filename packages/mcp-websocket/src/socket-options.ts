import type { Credential } from '@tako/core';
import { readValues } from '@tako/mcp/transport';
import type { ClientOptions } from 'ws';

type Pem = string | Uint8Array;

/** Certificates, as the options have them. */
export interface TlsOptions {
  readonly ca: Pem | readonly Pem[] | undefined;
  readonly clientCert: Pem | undefined;
  readonly clientKey: Credential | Uint8Array | undefined;
  readonly serverName: string | undefined;
}

/**
 * What the socket is opened with.
 *
 * @throws `auth` when a variable is not set. What a function throws.
 */
export async function socketOptions(
  { ca, clientCert, clientKey, serverName }: TlsOptions,
  settings: {
    readonly source: string;
    readonly headers: ReadonlyMap<string, string>;
    readonly maxMessageBytes: number;
  },
): Promise<ClientOptions> {
  const { source, headers, maxMessageBytes } = settings;
  return {
    headers: Object.fromEntries(headers),
    maxPayload: maxMessageBytes,
    // Messages on a machine or in a network of one's own gain nothing by it, and it costs memory for each connection.
    perMessageDeflate: false,
    followRedirects: false,
    ...(ca !== undefined && { ca: (isList(ca) ? ca : [ca]).map(toBuffer) }),
    ...(clientCert !== undefined && { cert: toBuffer(clientCert) }),
    ...(clientKey !== undefined && { key: toBuffer(await readKey(clientKey, source)) }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

async function readKey(key: Credential | Uint8Array, source: string): Promise<Pem> {
  if (key instanceof Uint8Array) return key;
  const values = await readValues({ clientKey: key }, { source, kind: 'option', environment: process.env });
  return values.get('clientKey') ?? '';
}

function isList(ca: Pem | readonly Pem[]): ca is readonly Pem[] {
  return Array.isArray(ca);
}

function toBuffer(pem: Pem): Buffer {
  return typeof pem === 'string' ? Buffer.from(pem) : Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength);
}
