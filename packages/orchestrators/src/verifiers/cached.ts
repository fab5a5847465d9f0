import { invalidOptions, plainMessages, type Attempt, type Call, type Verdict, type Verifier } from '@tako/core';

import { asksOf, type AskingVerifier } from '../asks.js';
import { checkVerdict } from './ask-verifier.js';
import { KeyedOnce } from './keyed-once.js';

/** What `cached` takes besides the verifier. */
export interface CachedOptions {
  /** Verdicts that are kept; the one that was not asked for longest goes. @defaultValue 1000 */
  readonly maxEntries?: number | undefined;
}

/**
 * Keeps verdicts: the same answer to the same conversation is judged once for each tenant, also when it is asked twice at
 * the same time. A failure is not kept. What is kept is a hash of the text, not the text.
 *
 * @throws `invalid` for a size below 1. `verify` throws what the verifier throws.
 */
export function cached(verifier: Verifier, { maxEntries = 1_000 }: CachedOptions = {}): AskingVerifier {
  if (!(maxEntries >= 1)) throw invalidOptions('cached', `maxEntries must be at least 1, got ${maxEntries}`);
  const verdicts = new KeyedOnce<Verdict>(maxEntries);
  return {
    asks: asksOf([verifier]),
    ...(verifier.verifyPartial === undefined ? {} : { verifyPartial: verifier.verifyPartial.bind(verifier) }),
    async verify(attempt, call) {
      const key = await keyOf(attempt, call);
      return verdicts.get(key, call.signal, async () => checkVerdict(await verifier.verify(attempt, call)));
    },
  };
}

async function keyOf({ messages, text }: Attempt, { principal }: Call): Promise<string> {
  const whole = JSON.stringify([principal.tenantId, plainMessages(messages), text]);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(whole));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
