/**
 * A number in [0, 1) that depends on nothing but what it is drawn for: the same call of the same model comes to the same
 * answer, in whatever order calls are made. FNV-1a with a final mix; not for secrets.
 *
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/ (read 2026-11-23).
 */
export function draw(...parts: readonly (string | number)[]): number {
  const text = parts.join('\u0000');
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
