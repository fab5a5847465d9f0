import type { Attributes } from '@opentelemetry/api';
import type { AttributeValue } from '@tako/core';

import type { LabelLimit } from './label-limit.js';

/** Labels that go together. */
export interface LabelNames {
  readonly names: readonly string[];
  /** Those that are always the same. */
  readonly fixed?: Attributes | undefined;
}

/** Most combinations of values, as in OpenTelemetry's SDKs, and what stands for all further ones. */
const mostSets = 2_000;
const overflow: Attributes = { 'otel.metric.overflow': true };

/** The labels of measurements: one object for each combination of values, however often it comes. */
export class LabelSets {
  readonly #limit: LabelLimit;
  readonly #sets = new Map<LabelNames, Map<string, Attributes>>();

  constructor(limit: LabelLimit) {
    this.#limit = limit;
  }

  /** Values in the order of the names. What is no text is left out. */
  of(labels: LabelNames, ...values: readonly (AttributeValue | undefined)[]): Attributes {
    let sets = this.#sets.get(labels);
    if (sets === undefined) this.#sets.set(labels, (sets = new Map<string, Attributes>()));
    return sets.get(keyOf(values)) ?? this.#found(sets, labels, values);
  }

  /** The set of the values that stand for these: beyond the limit of a label, many come to the same. */
  #found(
    sets: Map<string, Attributes>,
    { names, fixed }: LabelNames,
    values: readonly (AttributeValue | undefined)[],
  ): Attributes {
    const told = names.map((name, at) => {
      const value = values[at];
      return typeof value === 'string' ? this.#limit.of(name, value) : undefined;
    });
    const key = keyOf(told);
    const known = sets.get(key);
    if (known !== undefined) return known;
    if (sets.size >= mostSets) return overflow;
    const set: Attributes = { ...fixed };
    for (const [at, name] of names.entries()) if (told[at] !== undefined) set[name] = told[at];
    sets.set(key, set);
    return set;
  }
}

/** No two combinations have the same: a name may hold anything, and so its length comes first. */
function keyOf(values: readonly (AttributeValue | undefined)[]): string {
  let key = '';
  for (const value of values) key += typeof value === 'string' ? `${value.length} ${value}` : '-';
  return key;
}
