import { generateKeyPairSync } from 'node:crypto';

import { signedCertificate, type CertificateContent, type NamedKey } from './signed-certificate.js';

/** A private key and its certificate, both in PEM form: what the `tls` options of servers and clients take. */
export interface CertifiedKey {
  readonly key: string;
  readonly cert: string;
}

/** An authority that exists for one test. */
export interface CertificateAuthority {
  /** Its own certificate in PEM form: the `ca` option of whoever is to trust it. */
  readonly cert: string;
  /**
   * For a server.
   *
   * @param hosts names and addresses under which it is asked; the first one is its common name.
   * `localhost` and `127.0.0.1` where there are none.
   */
  readonly server: (...hosts: readonly string[]) => CertifiedKey;
  /**
   * For a client that is asked for a certificate.
   *
   * @param notAfter when it expires: to the second, a year from now where nothing is said.
   */
  readonly client: (name: string, notAfter?: Date) => CertifiedKey;
}

/**
 * Makes an authority whose certificates are right in every way but that nobody else knows it: for tests of TLS and mTLS.
 * Keys are of the curve P-256; all it signs holds since an hour ago and for a year. Two authorities may have one name.
 */
export function certificateAuthority(name = 'Test authority'): CertificateAuthority {
  const root = newKey(name);
  const signed = (subject: string, content: CertificateContent): CertifiedKey =>
    certified(newKey(subject), root, content);
  return {
    cert: certified(root, root, { use: 'authority', notAfter: nextYear() }).cert,
    server(...hosts) {
      const all = hosts.length === 0 ? ['localhost', '127.0.0.1'] : hosts;
      return signed(all[0] ?? '', { use: 'server', hosts: all, notAfter: nextYear() });
    },
    client: (subject, notAfter = nextYear()) => signed(subject, { use: 'client', notAfter }),
  };
}

/** A client's certificate that only it itself vouches for: RFC 8705, section 2.2. It holds for a year. */
export function selfSignedClient(name: string): CertifiedKey {
  const key = newKey(name);
  return certified(key, key, { use: 'client', notAfter: nextYear() });
}

function newKey(name: string): NamedKey {
  return { name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

function certified(subject: NamedKey, issuer: NamedKey, content: CertificateContent): CertifiedKey {
  const key = subject.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, cert: signedCertificate(subject, issuer, content) };
}

function nextYear(): Date {
  return new Date(Date.now() + 365 * 86_400_000);
}
