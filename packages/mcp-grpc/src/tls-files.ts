import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';

import { TakoError, type Credential } from '@tako/core';
import { readValues } from '@tako/mcp/transport';

type Pem = string | Uint8Array;

/** Certificates, as the options have them; never both of a thing and its path. */
export interface TlsOptions {
  readonly ca: Pem | readonly Pem[] | undefined;
  readonly caPath: string | undefined;
  readonly clientCert: Pem | undefined;
  readonly clientCertPath: string | undefined;
  readonly clientKey: Credential | Uint8Array | undefined;
  readonly clientKeyPath: string | undefined;
  readonly serverName: string | undefined;
}

/**
 * What TLS is spoken with. Files are read each time, so that certificates that were exchanged count from the next
 * connection on.
 *
 * @throws `invalid` when a file or certificate cannot be read; `auth` when a variable is not set. What a function throws.
 */
export async function secureContext(options: TlsOptions, source: string): Promise<SecureContext> {
  const { ca, caPath, clientCert, clientCertPath, clientKey, clientKeyPath } = options;
  const [authorities, cert, key] = await Promise.all([
    caPath === undefined ? ca : read('caPath', caPath, source),
    clientCertPath === undefined ? clientCert : read('clientCertPath', clientCertPath, source),
    clientKeyPath === undefined ? readKey(clientKey, source) : read('clientKeyPath', clientKeyPath, source),
  ]);
  try {
    return createSecureContext({
      ...(authorities !== undefined && { ca: (isList(authorities) ? authorities : [authorities]).map(toBuffer) }),
      ...(cert !== undefined && { cert: toBuffer(cert) }),
      ...(key !== undefined && { key: toBuffer(key) }),
    });
  } catch (cause) {
    // OpenSSL names what is wrong, and quotes nothing of it.
    const problem = 'a certificate or key cannot be read; give PEM, and the key that belongs to the certificate';
    throw new TakoError('invalid', `${source}: ${problem}`, { source, cause });
  }
}

async function read(option: string, path: string, source: string): Promise<Pem> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new TakoError('invalid', `${source}: the file of ${option} cannot be read`, { source, cause });
  }
}

async function readKey(key: Credential | Uint8Array | undefined, source: string): Promise<Pem | undefined> {
  if (key === undefined || key instanceof Uint8Array) return key;
  const values = await readValues({ clientKey: key }, { source, kind: 'option', environment: process.env });
  return values.get('clientKey');
}

function isList(ca: Pem | readonly Pem[]): ca is readonly Pem[] {
  return Array.isArray(ca);
}

function toBuffer(pem: Pem): Buffer {
  return typeof pem === 'string' ? Buffer.from(pem) : Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength);
}
