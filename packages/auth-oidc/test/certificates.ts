import { generate } from 'selfsigned';

/** A key with its certificate, in PEM form. */
export interface Pair {
  readonly key: string;
  readonly cert: string;
}

const elliptic = { keyType: 'ec', algorithm: 'sha256' } as const;

/** One who signs. */
export async function authority(name: string): Promise<Pair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...elliptic,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return { key, cert };
}

/** The certificate of a server on this machine, that `by` signed. */
export async function serverCertificate(by: Pair): Promise<Pair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...elliptic,
    ca: by,
    extensions: [
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      { name: 'extKeyUsage', serverAuth: true },
    ],
  });
  return { key, cert };
}

/** The certificate of a client, that `by` signed, or it itself. */
export async function clientCertificate(name: string, by?: Pair, notAfter?: Date): Promise<Pair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...elliptic,
    ...(by === undefined ? {} : { ca: by }),
    ...(notAfter === undefined ? {} : { notAfterDate: notAfter }),
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  return { key, cert };
}
