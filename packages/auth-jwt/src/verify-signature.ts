import { TakoError } from '@tako/core';
import { compactVerify, errors } from 'jose';

import { checkHeader } from './check-header.js';
import type { JwtKeys, KeyContext } from './jwt-keys.js';
import { refused } from './refused.js';
import { source } from './source.js';
import type { TokenObject } from './token-text.js';

/**
 * Checks that somebody has signed a token whom we trust: RFC 7515, section 5.2.
 *
 * @param typ what the header must have; `undefined` for the usual
 * @throws `auth` when nobody has, or the header asks for what is not done here; what `keys` throws when that cannot be told;
 *   `transport` when the platform cannot check the signature
 */
export async function verifySignature(
  token: string,
  header: TokenObject,
  { keys, typ }: { readonly keys: JwtKeys; readonly typ: string | undefined },
  context: KeyContext,
): Promise<void> {
  const query = checkHeader(header, { algorithms: keys.algorithms, typ });
  const key = await keys.find(query, context);
  try {
    await compactVerify(token, key, { algorithms: [query.algorithm] });
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refused('the signature of the token is wrong');
    throw new TakoError('transport', `${source}: the platform cannot check the signature`, { source });
  }
}
