/**
 * What a reference within a document points at: `#`, or `#` and a JSON Pointer (RFC 6901).
 *
 * @returns `undefined` for references elsewhere, and for pointers to nothing.
 */
export function resolvePointer(root: unknown, reference: string): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let at = root;
  for (const token of reference.slice(2).split('/')) {
    const key = unescape(token);
    if (typeof at !== 'object' || at === null || key === undefined || !Object.hasOwn(at, key)) return undefined;
    at = new Map<string, unknown>(Object.entries(at)).get(key);
  }
  return at;
}

function unescape(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined; // a stray % is no pointer
  }
}
