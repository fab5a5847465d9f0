import { createHash, createHmac } from 'node:crypto';

import type { VendorRequest } from '../server/vendor-server.js';

/** AWS's keys, as a fake gives or knows them. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys. */
  readonly sessionToken?: string;
}

/** What is wrong with a request's signature, by the name of AWS's exception; `undefined` where nothing is. */
export type SignatureFault =
  | 'MissingAuthenticationTokenException'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException';

/**
 * Checks a request's Signature Version 4.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11-23).
 */
export function signatureFault(
  request: VendorRequest,
  keysOf: (accessKeyId: string) => AwsKeys | undefined,
  service: string,
): SignatureFault | undefined {
  const { method, url, headers, body } = request;
  const [, id, day, region, signedService, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    ) ?? [];
  if (id === undefined || day === undefined || region === undefined || names === undefined) {
    return 'MissingAuthenticationTokenException';
  }
  const keys = keysOf(id);
  if (keys === undefined || headers['x-amz-security-token'] !== keys.sessionToken) return 'UnrecognizedClientException';

  const canonicalHeaders = names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const query = [...url.searchParams].map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  const canonical = [method, url.pathname, query.toSorted().join('&'), canonicalHeaders.join(''), names, sha256(body)];
  const at = headers['x-amz-date'] ?? '';
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical.join('\n'))].join('\n');
  let key: string | Buffer = `AWS4${keys.secretAccessKey}`;
  for (const part of [day, region, service, 'aws4_request']) key = hmac(key, part);
  const isRight = signedService === service && at.startsWith(day) && hmac(key, toSign).toString('hex') === signature;
  return isRight ? undefined : 'InvalidSignatureException';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
