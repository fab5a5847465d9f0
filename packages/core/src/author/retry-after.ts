/**
 * How long an answer asks us to wait, in milliseconds, from its headers (names in lower case): `retry-after-ms`, or
 * `retry-after` in seconds or as an HTTP date (RFC 9110, sections 5.6.7 and 10.2.3, in any of its three forms).
 *
 * @returns `undefined` where there is no such header or it cannot be read; never less than 0.
 */
export function parseRetryAfter(
  headers: { readonly [name: string]: string | undefined },
  nowMs: number,
): number | undefined {
  const inMs = toNumber(headers['retry-after-ms']);
  if (inMs !== undefined) return inMs;

  const value = headers['retry-after']?.trim();
  const inSeconds = toNumber(value);
  if (inSeconds !== undefined) return inSeconds * 1_000;
  const atMs = value === undefined ? undefined : toTime(value);
  return atMs === undefined ? undefined : Math.max(0, atMs - nowMs);
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,12}(\.\d{1,6})?\s*$/.test(text) ? Number(text) : undefined;
}

/** Date.parse takes almost anything and guesses: the shape is looked at first. */
function toTime(text: string): number | undefined {
  const isDated = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/.test(text);
  const isAsctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/.test(text);
  if (!isDated && !isAsctime) return undefined;
  const atMs = Date.parse(isAsctime ? `${text} GMT` : text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
