/**
 * CRC-32C, by which Secret Manager says what it sent. Bit by bit: a secret has 64 KiB at most.
 *
 * Source: https://cloud.google.com/secret-manager/docs/data-integrity (read 2026-11-23); RFC 3720, appendix B.4.
 */
export function crc32c(bytes: Uint8Array): number {
  let rest = -1;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (0x82f63b78 & -(rest & 1));
  }
  return ~rest >>> 0;
}
