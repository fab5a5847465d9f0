import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

import { invalidOptions } from '@tako/core';

import { certificateBlocks, type ClientIdentity } from './mtls/client-identity.js';

/** The certificates that are trusted. They do not change, whatever certificate we show ourselves. */
export interface TrustedRoots {
  /** What connections are made with that show `identity`. Reading the roots takes milliseconds: one context serves many. */
  context(identity: ClientIdentity | undefined): SecureContext;
}

/**
 * The platform's own certificates, and those of `extra`, each in PEM form and maybe with several certificates.
 *
 * @param extra by the names of their options
 * @throws `invalid` for an option that holds no certificate, or a broken one
 */
export function trustedRoots(extra: { readonly [option: string]: string | undefined }, source: string): TrustedRoots {
  const given = Object.entries(extra).flatMap(([option, pem]) =>
    pem === undefined ? [] : readCertificates(pem, option, source),
  );
  const make = (more: object): SecureContext =>
    createSecureContext(given.length === 0 ? more : { ...more, ca: [...getCACertificates('default'), ...given] });
  let plain: SecureContext | undefined;
  return {
    context: (identity) =>
      identity === undefined ? (plain ??= make({})) : make({ cert: identity.cert, key: identity.key }),
  };
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
