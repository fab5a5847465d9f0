import { invalidOptions } from '@tako/core';

import { asObject } from '../routers/filtered.js';
import { SeededRandom } from '../routers/seeded-random.js';
import { checksumOf } from './checksum.js';
import { encoded, hashedNgrams, versionOf, type Encoder } from './encoder.js';
import { normal } from './normal.js';

/** What `textProjection` takes. */
export interface TextProjectionOptions {
  /** What is usually asked; nobody needs to have answered it. A few hundred. */
  readonly texts: readonly string[];
  /** How many numbers are to stand for a text. @defaultValue 12 */
  readonly components?: number | undefined;
  /** What the texts are first turned into numbers by. @defaultValue `hashedNgrams({ dimensions: 1024 })` */
  readonly encoder?: Encoder | undefined;
  /** @defaultValue 1 */
  readonly seed?: number | undefined;
}

/** A linear map from many numbers to few, as plain JSON. */
export interface TextProjection {
  readonly kind: 'tako_projection';
  readonly version: 1;
  /** What the numbers it takes in are. */
  readonly features: string;
  readonly rows: readonly (readonly number[])[];
  /** What is added to each row's product. */
  readonly offset: readonly number[];
  /** Of all of the above. Not a signature. */
  readonly checksum: string;
}

const rounds = 20;

/**
 * Finds the few directions in which texts differ together: principal components of their numbers, each number first divided by
 * how much it varies, so that words that everybody uses do not drown those that tell what it is about. Whatever learns from
 * `projected` numbers needs far fewer outcomes.
 *
 * @throws `invalid` for fewer texts than components, or texts that are all alike
 */
export function textProjection(options: TextProjectionOptions): TextProjection {
  const { texts, components = 12, encoder = hashedNgrams({ dimensions: 1_024 }), seed = 1 } = options;
  const where = 'textProjection';
  if (!Number.isInteger(components) || components < 1 || texts.length <= components) {
    throw invalidOptions(
      where,
      `components must be a whole number from 1, and less than there are texts; got ${components}`,
    );
  }
  const points = texts.map((text) => encoded(encoder, text, where));
  const width = points[0]?.length ?? 0;
  const mean = meanOf(points, width);
  const scales = scalesOf(points, mean);
  const centred = points.map((point) =>
    Float64Array.from(point, (value, at) => (value - (mean[at] ?? 0)) * (scales[at] ?? 0)),
  );
  const random = new SeededRandom(seed);
  let rows: readonly Float64Array[] = Array.from({ length: Math.min(components, width) }, () =>
    Float64Array.from({ length: width }, () => normal(random)),
  );
  for (let round = 0; round < rounds; round++) rows = orthogonal(rows.map((row) => spreadAlong(centred, row)));
  if (rows.length === 0) throw invalidOptions(where, 'the texts are all alike');
  // Of length 1 in the mean, as the numbers of a text are.
  const size = Math.sqrt(
    centred.reduce((sum, point) => sum + rows.reduce((total, row) => total + product(row, point) ** 2, 0), 0) /
      points.length,
  );
  const whole = rows.map((row) => Array.from(row, (value, at) => rounded((value * (scales[at] ?? 0)) / size)));
  const offset = whole.map((row) => rounded(-row.reduce((sum, value, at) => sum + value * (mean[at] ?? 0), 0)));
  const parts = { features: versionOf(encoder), rows: whole, offset };
  return { kind: 'tako_projection', version: 1, ...parts, checksum: checksumOf(Object.values(parts)) };
}

/**
 * An encoder that gives the few numbers of a projection, for any router of this folder.
 *
 * @param encoder the one that the projection was made with; `hashedNgrams({ dimensions: 1024 })` where it is left out
 * @throws `invalid` for a projection that was changed, or made with another encoder
 */
export function projected(projection: TextProjection, encoder: Encoder = hashedNgrams({ dimensions: 1_024 })): Encoder {
  const { kind, version, features, rows, offset, checksum } = asObject(projection);
  if (kind !== 'tako_projection' || version !== 1 || checksumOf([features, rows, offset]) !== checksum) {
    throw invalidOptions('projected', 'it is no projection as it was written: the checksum does not fit');
  }
  if (features !== versionOf(encoder)) {
    throw invalidOptions(
      'projected',
      `the projection is for features ${projection.features}; given are ${versionOf(encoder)}`,
    );
  }
  const read = projection.rows.map((row) => Float64Array.from(row));
  const encode = (text: string): Float32Array => {
    const point = encoded(encoder, text, 'projected');
    if (point.length !== read[0]?.length)
      throw invalidOptions('projected', 'the encoder gave another number of features');
    return Float32Array.from(read, (row, at) => product(row, point) + (projection.offset[at] ?? 0));
  };
  return Object.assign(encode, { version: `${features}/projected-${checksum}` });
}

function meanOf(points: readonly Float32Array[], width: number): Float64Array {
  const mean = new Float64Array(width);
  for (const point of points)
    for (let at = 0; at < width; at++) mean[at] = (mean[at] ?? 0) + (point[at] ?? 0) / points.length;
  return mean;
}

/** One over how much each number varies; less than that for those that hardly ever do. */
function scalesOf(points: readonly Float32Array[], mean: Float64Array): Float64Array {
  const variances = mean.map(
    (middle, at) => points.reduce((sum, point) => sum + ((point[at] ?? 0) - middle) ** 2, 0) / points.length,
  );
  const usual = variances.reduce((sum, variance) => sum + variance, 0) / variances.length;
  return variances.map((variance) => (usual === 0 ? 0 : 1 / Math.sqrt(variance + floor * usual)));
}

const floor = 0.3;

/** The covariance of the points, times a row. */
function spreadAlong(points: readonly Float64Array[], row: Float64Array): Float64Array {
  const sum = new Float64Array(row.length);
  for (const point of points) {
    const share = product(row, point);
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + share * (point[at] ?? 0);
  }
  return sum;
}

/** Rows of length 1 that have nothing in common (Gram and Schmidt); those that had nothing of their own are left out. */
function orthogonal(rows: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const row of rows) {
    const before = Math.sqrt(product(row, row));
    for (const other of done) {
      const share = product(row, other);
      for (let at = 0; at < row.length; at++) row[at] = (row[at] ?? 0) - share * (other[at] ?? 0);
    }
    const length = Math.sqrt(product(row, row));
    if (length > 1e-9 * before) done.push(row.map((value) => value / length));
  }
  return done;
}

function product(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
