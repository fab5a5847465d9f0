import { Refusal, refused } from '../errors/failure.js';
import { onlyHeader, type RequestHead } from './exchange.js';

/**
 * The `Idempotency-Key` of a request, if it has one: 1 to 255 visible ASCII characters.
 *
 * @throws Refusal for another one, and for two of them
 */
export function idempotencyKey(head: RequestHead): string | undefined {
  if (!Object.hasOwn(head.headers, 'idempotency-key')) return undefined;
  const key = onlyHeader(head, 'idempotency-key');
  if (key !== undefined && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Refusal(
    refused(400, 'invalid_idempotency_key', 'The Idempotency-Key header has 1 to 255 visible ASCII characters, once.'),
  );
}
