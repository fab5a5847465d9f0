import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseRetryAfter } from './retry-after.js';

const nowMs = Date.UTC(2026, 10, 23, 12, 0, 0);
const after = (value: string) => parseRetryAfter({ 'retry-after': value }, nowMs);

test('seconds', () => {
  expect(after('7')).toBe(7_000);
  expect(after(' 0 ')).toBe(0);
  expect(after('1.5')).toBe(1_500); // not in the RFC, but sent by vendors
});

test('an HTTP date in any of its three forms, in UTC wherever the machine stands', () => {
  expect(after('Mon, 23 Nov 2026 12:00:30 GMT')).toBe(30_000);
  expect(after('Monday, 23-Nov-26 12:00:30 GMT')).toBe(30_000);
  expect(after('Mon Nov 23 12:00:30 2026')).toBe(30_000);
});

test('a date that has passed means now', () => {
  expect(after('Mon, 23 Nov 2026 11:59:00 GMT')).toBe(0);
});

test('milliseconds win where a vendor sends them', () => {
  expect(parseRetryAfter({ 'retry-after-ms': '250', 'retry-after': '7' }, nowMs)).toBe(250);
  expect(parseRetryAfter({ 'retry-after-ms': 'soon', 'retry-after': '7' }, nowMs)).toBe(7_000);
});

test('no header, no wait', () => {
  expect(parseRetryAfter({}, nowMs)).toBeUndefined();
  expect(parseRetryAfter({ 'retry-after': undefined }, nowMs)).toBeUndefined();
});

// 0 would be worse than nothing: it wins over our own backoff.
test.each([
  '',
  'soon',
  '-5',
  'garbage 5',
  'tomorrow 9',
  '1, 2',
  '5s',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '9'.repeat(400),
])('what cannot be read is undefined, not 0: "%s"', (value) => {
  expect(after(value)).toBeUndefined();
});

test('whatever is sent, the wait is a finite number of at least 0, or undefined', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.double().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      (value) => {
        const waitMs = after(value);
        expect(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0)).toBe(true);
      },
    ),
  );
});
