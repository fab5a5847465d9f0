import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { utf8Bytes } from './utf8-bytes.js';

test('it counts what the encoder writes, whatever the text', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.array(unit).map((units) => units.join('')),
    fc.constantFrom('\ud800', '\udc00', '\udc00\ud800', '\ud83d\ude00', 'x'.repeat(999), '漢'.repeat(1_000)),
  );
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(utf8Bytes(left + right)).toBe(new TextEncoder().encode(left + right).length);
    }),
    { numRuns: 3_000 },
  );
});
