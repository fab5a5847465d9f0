import { createHash, X509Certificate } from 'node:crypto';

import { generate } from 'selfsigned';

/** What a server on loopback shows, and who vouches for it: all PEM. */
export interface LoopbackTls {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** What a client shows. */
export interface ClientTls {
  readonly key: string;
  readonly cert: string;
  /** `x5t#S256` of RFC 8705, section 3.1. */
  readonly thumbprint: string;
}

const elliptic = { keyType: 'ec', algorithm: 'sha256' } as const;

/** An authority, made anew, with a certificate of this machine's names. */
export async function loopbackTls(authority = 'Acme root'): Promise<LoopbackTls> {
  const root = await generate([{ name: 'commonName', value: authority }], {
    ...elliptic,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...elliptic,
    ca: { key: root.private, cert: root.cert },
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
      { name: 'extKeyUsage', serverAuth: true },
    ],
  });
  return { ca: root.cert, key, cert };
}

/** A certificate of a client, that only it itself vouches for. */
export async function clientTls(name: string): Promise<ClientTls> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...elliptic,
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  return { key, cert, thumbprint: createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url') };
}
