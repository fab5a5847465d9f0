import { TakoError } from '@tako/core';
import { compactVerify, errors } from 'jose';

import type { JwtAlgorithm } from './jwt-algorithm.js';
import { refused } from './refused.js';
import { source } from './source.js';
import type { VerificationKey } from './verification-key.js';

/**
 * Checks the signature of a token: RFC 7515, section 5.2.
 *
 * @throws `auth` when it is not the key's; `transport` when the platform cannot check it: then nobody knows
 */
export async function verifySignature(token: string, algorithm: JwtAlgorithm, key: VerificationKey): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refused('the signature of the token is wrong');
    throw new TakoError('transport', `${source}: the platform cannot check the signature`, { source });
  }
}
