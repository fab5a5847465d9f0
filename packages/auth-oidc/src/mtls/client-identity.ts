import { createPrivateKey, X509Certificate } from 'node:crypto';

import { invalidOptions, isSecret, type Secret } from '@tako/core';

/**
 * A client certificate with its key, in PEM form. The certificate comes first, then those between it and the root, if any.
 * `pem` holds both in one text.
 */
export type MtlsIdentity = { readonly cert: string; readonly key: string | Secret } | { readonly pem: string | Secret };

/** An identity that has been looked at. It holds the key: it stands in no error. */
export interface ClientIdentity {
  readonly cert: string;
  readonly key: string;
  /** When the certificate ends: milliseconds since 1970-01-01 UTC. */
  readonly notAfterMs: number;
  /** Whether the certificate is signed with its own key. */
  readonly isSelfSigned: boolean;
}

/**
 * Reads an identity.
 *
 * @throws `invalid` when certificate or key is missing or broken, or the key is that of another certificate; never with any of it
 */
export function clientIdentity(given: MtlsIdentity, source: string): ClientIdentity {
  const refused = (why: string): Error => invalidOptions(source, `the client certificate ${why}`);
  const { pem, cert, key }: { pem?: unknown; cert?: unknown; key?: unknown } = given ?? {}; // callers without types
  const certText = exposed(pem ?? cert);
  const keyText = exposed(pem ?? key);
  const certificates = certificateBlocks(certText);
  const keys =
    keyText.match(/-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[^-]+-----END (?:RSA |EC )?PRIVATE KEY-----/g) ?? [];
  const [first] = certificates;
  const [only, ...others] = keys;
  if (first === undefined) throw refused('is missing, or not in PEM form');
  if (only === undefined || others.length > 0) throw refused('needs one private key in PEM form, without a passphrase');
  let leaf: X509Certificate;
  let fits: boolean;
  try {
    leaf = new X509Certificate(first);
    for (const between of certificates) void new X509Certificate(between);
    fits = leaf.checkPrivateKey(createPrivateKey(only));
  } catch {
    throw refused('or its key cannot be read'); // the platform's reason may quote what it read
  }
  if (!fits) throw refused('belongs to another key');
  return {
    cert: certificates.join('\n'),
    key: only,
    notAfterMs: leaf.validToDate.getTime(),
    isSelfSigned: leaf.checkIssued(leaf) && leaf.verify(leaf.publicKey),
  };
}

/** Whether two are the same: then replacing one by the other changes nothing. */
export function isSameIdentity(one: ClientIdentity | undefined, other: ClientIdentity): boolean {
  return one?.cert === other.cert && one.key === other.key;
}

/** The certificates of a text in PEM form. */
export function certificateBlocks(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function exposed(given: unknown): string {
  const text: unknown = isSecret(given) ? given.expose() : given;
  return typeof text === 'string' ? text : '';
}
