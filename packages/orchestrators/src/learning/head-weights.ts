import { invalidOptions, type JsonObject } from '@tako/core';

import { asObject } from '../routers/filtered.js';
import { checksumOf } from './checksum.js';

/** A trained head as plain JSON: one row of weights for each of the pool, and for each role where it has any. */
export interface HeadWeights {
  readonly kind: 'tako_head';
  readonly version: 1;
  /** What the numbers it takes in are, by name: the encoder's version and those of what is appended. */
  readonly features: string;
  /** How many they are. */
  readonly width: number;
  /** Provider ids, or names of agents, in the order of the rows. */
  readonly pool: readonly string[];
  /** Names of the roles, whose rows follow those of the pool; empty for a head that only chooses who. */
  readonly roles: readonly string[];
  readonly rows: readonly (readonly number[])[];
  /** What is added to each row's product. */
  readonly bias: readonly number[];
  /** Of all of the above, so that a file that somebody cut or edited is found out. Not a signature. */
  readonly checksum: string;
}

/** The weights without what is computed from them. */
export type HeadParts = Omit<HeadWeights, 'kind' | 'version' | 'checksum'>;

/** Weights with their checksum. Numbers are rounded to six digits: more than that is noise, and the file is half as long. */
export function sealWeights({ features, width, pool, roles, rows, bias }: HeadParts): HeadWeights {
  const parts = {
    features,
    width,
    pool: [...pool],
    roles: [...roles],
    rows: rows.map((row) => row.map(rounded)),
    bias: bias.map(rounded),
  };
  return { kind: 'tako_head', version: 1, ...parts, checksum: checksumOf(listed(parts)) };
}

/**
 * Weights from JSON.
 *
 * @throws `invalid` for what is none, was changed, or holds numbers that are none.
 */
export function readWeights(value: unknown, where: string): HeadWeights {
  const refuse = (why: string): never => {
    throw invalidOptions(where, `the weights ${why}`);
  };
  const { kind, version, features, width, pool, roles, rows, bias, checksum } = asObject(value);
  if (kind !== 'tako_head' || version !== 1)
    return refuse(`are not version 1 of a head, but ${JSON.stringify({ kind, version })}`);
  if (typeof features !== 'string' || !Number.isInteger(width)) return refuse('do not say what they take in');
  if (!isNames(pool) || !isNames(roles) || pool.length === 0) return refuse('do not say whom they choose among');
  const lines = pool.length + roles.length;
  if (!isNumbers(bias) || bias.length !== lines || !Array.isArray(rows) || rows.length !== lines) {
    return refuse(`need ${lines} rows and ${lines} biases`);
  }
  const read = rows.map((row): readonly number[] =>
    isNumbers(row) && row.length === width ? row : refuse(`have a row that is no ${Number(width)} finite numbers`),
  );
  const parts = { features, width: Number(width), pool, roles, rows: read, bias };
  if (checksumOf(listed(parts)) !== checksum) return refuse('are not as they were written: the checksum does not fit');
  return { kind, version, ...parts, checksum };
}

/** The product of each row with the numbers, and its bias. */
export function logitsOf(weights: Pick<HeadWeights, 'rows' | 'bias'>, features: ArrayLike<number>): number[] {
  return weights.rows.map((_, line) => logitOf(weights, line, features));
}

/** The same of one row. */
export function logitOf(
  { rows, bias }: Pick<HeadWeights, 'rows' | 'bias'>,
  line: number,
  features: ArrayLike<number>,
): number {
  const row = rows[line] ?? [];
  let sum = bias[line] ?? 0;
  for (let column = 0; column < row.length; column++) sum += (row[column] ?? 0) * (features[column] ?? 0);
  return sum;
}

/** Shares that add up to 1: the highest logit has the largest. */
export function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** @throws `invalid` unless these are the same names in the same order, where `what` they name says so. */
export function checkSamePool(known: readonly string[], given: readonly string[], where: string): void {
  if (known.length === given.length && known.every((name, at) => name === given[at])) return;
  throw invalidOptions(
    where,
    `it was trained for ${known.join(', ') || 'nobody'}; given are ${given.join(', ') || 'nobody'}`,
  );
}

/** In an order that no reader of JSON can change. */
function listed({ features, width, pool, roles, rows, bias }: HeadParts): unknown[] {
  return [features, width, pool, roles, rows, bias];
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function isNames(value: JsonObject[string] | undefined): value is string[] {
  return (
    Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length
  );
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isFinite(item));
}
