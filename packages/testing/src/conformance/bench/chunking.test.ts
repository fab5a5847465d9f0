import { expect, test } from 'vitest';

import { acrossFrames, byFrame, bySize, inOneWrite, insideCharacters, toBytes } from './chunking.js';

const frames = ['data: é\n\n', toBytes('data: 👋\n\n'), 'data: x\n\n'];
const whole = Buffer.concat(frames.map(toBytes)).toString('latin1');

test.each([
  ['in one write', inOneWrite, 1],
  ['frame by frame', byFrame, 3],
  ['byte by byte', bySize(1), whole.length],
  ['seven bytes at a time', bySize(7), Math.ceil(whole.length / 7)],
  ['in the middle of every frame', acrossFrames, 4],
  ['inside every character', insideCharacters, 5],
])('bytes cut %s are the same bytes', (_, chunking, count) => {
  const pieces = chunking(frames);
  expect(Buffer.concat(pieces).toString('latin1')).toBe(whole);
  expect(pieces).toHaveLength(count);
});

test('cut inside characters, no piece can be read by itself', () => {
  const pieces = insideCharacters(['é!']).map((piece) => [...piece]);
  expect(pieces).toEqual([[0xc3], [0xa9, 0x21]]);
});
