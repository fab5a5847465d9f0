import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** SHA-256 of the certificate that the client has shown, in DER form, base64url: `x5t#S256` of RFC 8705, section 3.1. */
export function clientCertificateThumbprint(socket: Socket): string | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined) return undefined;
  return Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}
