import { generate } from 'selfsigned';

/** A key with its certificate, and the certificate of who signed it. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/** A certificate for one host, of an authority made for it. */
export async function certificateFor(host: string): Promise<Certified> {
  const common = { keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const isAddress = /^[\d.]+$/.test(host);
  const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'subjectAltName', altNames: [isAddress ? { type: 7, ip: host } : { type: 2, value: host }] },
      { name: 'extKeyUsage', serverAuth: true },
    ],
  });
  return { key, cert, ca: authority.cert };
}
