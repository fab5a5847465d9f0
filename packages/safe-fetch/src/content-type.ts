/** A type of content that this package knows by its first bytes. */
export type SafeContentType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

/**
 * How content of each type begins; `null` stands for any byte.
 *
 * Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern (read 2026-11-23)
 */
const beginnings: { readonly [Type in SafeContentType]: readonly (readonly (number | null)[])[] } = {
  'image/jpeg': [[0xff, 0xd8, 0xff]],
  'image/png': [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  'image/gif': [bytesOf('GIF87a'), bytesOf('GIF89a')],
  'image/webp': [[...bytesOf('RIFF'), null, null, null, null, ...bytesOf('WEBPVP')]],
};

/** The types that can be wanted. */
export const knownContentTypes: readonly SafeContentType[] = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** The wanted type that a `content-type` header names, if it does. */
export function namedContentType(
  header: string | readonly string[] | undefined,
  wanted: readonly SafeContentType[],
): SafeContentType | undefined {
  if (typeof header !== 'string') return undefined; // absent, or several that may contradict each other
  const [essence = ''] = header.split(';');
  const name = essence.trim().toLowerCase();
  return wanted.find((type) => type === name);
}

/** Whether content begins as content of this type does. */
export function beginsAs(type: SafeContentType, bytes: Uint8Array): boolean {
  return beginnings[type].some((pattern) =>
    pattern.every((byte, at) => (byte === null ? at < bytes.length : byte === bytes[at])),
  );
}

function bytesOf(ascii: string): number[] {
  return Array.from(ascii, (letter) => letter.charCodeAt(0));
}
