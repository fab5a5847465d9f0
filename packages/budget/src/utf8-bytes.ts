const encoder = new TextEncoder();

/** From here on the platform's encoder is faster than counting, in characters. */
const longText = 1_000;

/** How many bytes a text is in UTF-8. Half a surrogate pair counts as the replacement character that it becomes. */
export function utf8Bytes(text: string): number {
  const { length } = text;
  if (length >= longText) return encoder.encode(text).length;
  let bytes = length;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    bytes += code < 0x800 ? 1 : 2;
    if (isHigh(code) && isLow(text.charCodeAt(at + 1))) at++; // two units are four bytes together
  }
  return bytes;
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
