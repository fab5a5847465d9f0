import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';

import { invalidOptions } from '@tako/core';

import { certificateBlocks } from './mtls/client-identity.js';

/**
 * All certificates that are trusted: the platform's own, and those of `extra`, each in PEM form and maybe with several
 * certificates. `undefined` for the platform's own alone.
 *
 * @param extra by the names of their options
 * @throws `invalid` for an option that holds no certificate, or a broken one
 */
export function trustedRoots(
  extra: { readonly [option: string]: string | undefined },
  source: string,
): readonly string[] | undefined {
  const given = Object.entries(extra).flatMap(([option, pem]) =>
    pem === undefined ? [] : readCertificates(pem, option, source),
  );
  return given.length === 0 ? undefined : [...getCACertificates('default'), ...given];
}

function readCertificates(pem: string, option: string, source: string): string[] {
  const blocks = certificateBlocks(pem);
  if (blocks.length === 0) throw invalidOptions(source, `${option} holds no certificate in PEM form`);
  try {
    return blocks.map((block) => new X509Certificate(block).toString());
  } catch {
    throw invalidOptions(source, `${option} holds a certificate that cannot be read`); // the platform's reason adds nothing
  }
}
