/**
 * How long an answer asks us to wait, in milliseconds, from its headers (names in lower case): `retry-after-ms`, or
 * `retry-after` in seconds or as an HTTP date (RFC 9110, section 10.2.3).
 *
 * @returns `undefined` where there is no such header or it cannot be read; never less than 0.
 */
export function parseRetryAfter(
  headers: { readonly [name: string]: string | undefined },
  nowMs: number,
): number | undefined {
  const inMs = toNumber(headers['retry-after-ms']);
  if (inMs !== undefined) return inMs;

  const value = headers['retry-after'];
  const inSeconds = toNumber(value);
  if (inSeconds !== undefined) return inSeconds * 1_000;
  if (value === undefined) return undefined;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
