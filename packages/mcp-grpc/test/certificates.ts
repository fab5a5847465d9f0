import { generate } from 'selfsigned';

/** A key with its certificate. */
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

/** A certificate that `by` signed. */
export async function signed(by: Pair, host: string, use: 'clientAuth' | 'serverAuth'): Promise<Pair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
    ...elliptic,
    ca: by,
    extensions: [
      { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
      { name: 'extKeyUsage', [use]: true },
    ],
  });
  return { key, cert };
}
