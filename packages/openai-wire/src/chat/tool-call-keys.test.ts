import { expect, test } from 'vitest';

import { ToolCallKeys } from './tool-call-keys.js';

type Piece = readonly [index: number | undefined, id?: string | undefined, name?: string];

function keysOf(...pieces: readonly Piece[]): number[] {
  const keys = new ToolCallKeys();
  return pieces.map(([index, id, name]) => keys.keyOf({ index, id, name }));
}

test('pieces with a number go by it, mixed as they come', () => {
  expect(keysOf([0, 'a', 'f'], [1, 'b', 'g'], [0], [1], [0])).toEqual([0, 1, 0, 1, 0]);
});

test('an id that is repeated, or comes late, changes nothing', () => {
  expect(keysOf([0, 'a', 'f'], [0, 'a'], [0, 'a', 'f'])).toEqual([0, 0, 0]);
  expect(keysOf([0, undefined, 'f'], [0, 'a'], [0, 'a'])).toEqual([0, 0, 0]);
});

test('calls that are all numbered 0 are told apart by id and name', () => {
  expect(keysOf([0, 'a', 'f'], [0], [0, 'b', 'f'], [0])).toEqual([0, 0, 1, 1]);
});

test('a new id with every piece is the same call', () => {
  expect(keysOf([0, 'a', 'f'], [0, 'b'], [0, 'c'])).toEqual([0, 0, 0]);
});

test('without numbers calls go by id, and a piece without one belongs to the last call', () => {
  expect(keysOf([undefined, 'a', 'f'], [undefined, 'b', 'f'], [undefined, 'a'], [undefined])).toEqual([0, 1, 0, 1]);
});

test('without numbers and ids every name is a call of its own', () => {
  expect(keysOf([undefined, undefined, 'f'], [undefined], [undefined, undefined, 'f'])).toEqual([0, 0, 1]);
});
