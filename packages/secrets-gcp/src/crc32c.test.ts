import { expect, test } from 'vitest';

import { crc32c } from './crc32c.js';

// RFC 3720, appendix B.4, whose bytes are in the order of the wire; the check value of the catalogue of CRCs; and the example of
// https://cloud.google.com/secret-manager/docs/data-integrity (read 2026-11-23).
test.each([
  ['32 bytes of zeroes', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['32 bytes that count up', Uint8Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
  ['32 bytes that count down', Uint8Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
  ['123456789', new TextEncoder().encode('123456789'), 0xe3069283],
  ["Google's example", new TextEncoder().encode('a\n'), 163_439_259],
  ['nothing', new Uint8Array(), 0],
])('%s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum);
});
