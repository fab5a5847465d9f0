import { TakoError } from '@tako/core';
import { compactVerify, errors } from 'jose';

import { checkHeader } from './check-header.js';
import type { JwtAlgorithm } from './jwt-algorithm.js';
import type { JwtKeys, KeyContext } from './jwt-keys.js';
import { refused } from './refused.js';
import { source } from './source.js';
import { openToken } from './token-text.js';
import type { VerificationKey } from './verification-key.js';

/**
 * What somebody has signed whom we trust.
 *
 * @param typ what the header must have; `undefined` for the usual
 * @throws `auth` when it is none of that; what `keys` throws when that cannot be told
 */
export async function verifiedPayload(
  token: string,
  keys: JwtKeys,
  typ: string | undefined,
  context: KeyContext,
): Promise<Uint8Array> {
  const { header, payload } = openToken(token);
  const query = checkHeader(header, { algorithms: keys.algorithms, typ });
  await verifySignature(token, query.algorithm, await keys.find(query, context));
  return payload;
}

/**
 * Checks the signature of a token: RFC 7515, section 5.2.
 *
 * @throws `auth` when it is not the key's; `transport` when the platform cannot check it: then nobody knows
 */
async function verifySignature(token: string, algorithm: JwtAlgorithm, key: VerificationKey): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refused('the signature of the token is wrong');
    throw new TakoError('transport', `${source}: the platform cannot check the signature`, { source });
  }
}
