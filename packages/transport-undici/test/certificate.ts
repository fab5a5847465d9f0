import { generate } from 'selfsigned';

/** A key with its certificate. */
interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** An authority that certifies whoever asks. */
export interface Authority {
  readonly cert: string;
  /** For a server at 127.0.0.1 that is also called `server.example`. */
  readonly server: () => Promise<KeyPair>;
  readonly client: (name: string) => Promise<KeyPair>;
}

const common = { keyType: 'ec', algorithm: 'sha256' } as const;

export async function authority(name: string = 'Test authority'): Promise<Authority> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const ca = { key, cert };
  return {
    cert,
    async server() {
      const made = await generate([{ name: 'commonName', value: 'server.example' }], {
        ...common,
        ca,
        extensions: [
          {
            name: 'subjectAltName',
            altNames: [
              { type: 7, ip: '127.0.0.1' },
              { type: 2, value: 'server.example' },
            ],
          },
          { name: 'extKeyUsage', serverAuth: true },
        ],
      });
      return { key: made.private, cert: made.cert };
    },
    async client(clientName) {
      const made = await generate([{ name: 'commonName', value: clientName }], {
        ...common,
        ca,
        extensions: [{ name: 'extKeyUsage', clientAuth: true }],
      });
      return { key: made.private, cert: made.cert };
    },
  };
}
