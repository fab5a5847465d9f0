import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';

import { der, numbered, oid, sequence, tag, time } from './der.js';

/** A key that has a name. */
export interface NamedKey {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** What a certificate says of its subject. */
export interface CertificateContent {
  /** `authority` may sign others. */
  readonly use: 'authority' | 'client' | 'server';
  /** Names and addresses of a server. */
  readonly hosts?: readonly string[] | undefined;
  readonly notAfter: Date;
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const isTrue = der(tag.boolean, Uint8Array.of(0xff));
const purposes = { server: oid('2b06010505070301'), client: oid('2b06010505070302') };

/** A certificate in PEM form, for an elliptic curve's key: RFC 5280, section 4.1. It holds since an hour ago. */
export function signedCertificate(subject: NamedKey, issuer: NamedKey, content: CertificateContent): string {
  const hourAgo = new Date(Date.now() - 3_600_000);
  const toBeSigned = sequence(
    numbered(0, false, der(tag.integer, Uint8Array.of(2))), // version 3
    der(tag.integer, Uint8Array.of(1), randomBytes(15)),
    ecdsaWithSha256,
    named(issuer.name),
    sequence(time(hourAgo), time(content.notAfter)),
    named(subject.name),
    publicKeyOf(subject),
    numbered(3, false, sequence(...extensions(subject, issuer, content))),
  );
  const signature = sign('sha256', toBeSigned, issuer.privateKey);
  const whole = sequence(toBeSigned, ecdsaWithSha256, der(tag.bitString, Uint8Array.of(0), signature));
  const lines = whole.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extensions(subject: NamedKey, issuer: NamedKey, { use, hosts = [] }: CertificateContent): Buffer[] {
  // Two authorities may have one name: the identifiers of their keys tell them apart.
  const identifiers = [
    extension('551d0e', der(tag.octetString, identifierOf(subject))),
    extension('551d23', sequence(numbered(0, true, identifierOf(issuer)))),
  ];
  if (use === 'authority') {
    const signsCertificates = der(tag.bitString, Uint8Array.of(2, 0x04));
    return [
      ...identifiers,
      extension('551d13', sequence(isTrue), isTrue),
      extension('551d0f', signsCertificates, isTrue),
    ];
  }
  const purpose = extension('551d25', sequence(purposes[use]));
  return hosts.length === 0
    ? [...identifiers, purpose]
    : [...identifiers, purpose, extension('551d11', sequence(...hosts.map(alternativeName)))];
}

function extension(id: string, value: Uint8Array, critical: Uint8Array = Buffer.alloc(0)): Buffer {
  return sequence(oid(id), critical, der(tag.octetString, value));
}

/** RFC 5280, section 4.2.1.6: a DNS name, or the bytes of an address. */
function alternativeName(host: string): Buffer {
  return isIP(host) === 0 ? numbered(2, true, Buffer.from(host)) : numbered(7, true, addressBytes(host));
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  // The URL standard writes an IPv6 address in one way: groups of hexadecimal digits, and `::` once.
  const [before = [], after = []] = new URL(`http://[${address}]`).hostname
    .slice(1, -1)
    .split('::')
    .map((groups) => groups.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function named(name: string): Buffer {
  return sequence(der(tag.set, sequence(oid('550403'), der(tag.utf8String, Buffer.from(name)))));
}

function publicKeyOf({ publicKey }: NamedKey): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** Any 20 bytes that are one key's alone would do: RFC 5280, section 4.2.1.2. */
function identifierOf(key: NamedKey): Buffer {
  return createHash('sha256').update(publicKeyOf(key)).digest().subarray(0, 20);
}
