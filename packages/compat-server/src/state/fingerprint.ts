/**
 * SHA-256 of a text in UTF-8, as 64 hexadecimal digits: it stands for what must not be kept, or is too long for a key. Made by the
 * platform, not by Node: the server runs elsewhere too.
 */
export async function fingerprint(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
