import type { JsonObject, JsonValue } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';

/** Fields that would change what an answer means, and that no request of Tako has a place for, each with the values that are harmless. */
export type FieldRules = ReadonlyMap<string, (value: JsonValue) => boolean>;

/** The first field that is refused, if any is. */
export function refusedField(rest: JsonObject, rules: FieldRules): Failure | undefined {
  for (const [name, value] of Object.entries(rest)) {
    const isHarmless = rules.get(name);
    if (value === undefined || isHarmless === undefined || isHarmless(value)) continue;
    return refused(400, 'unsupported_parameter', `This server does not support this value of ${name}.`, {
      param: name,
    });
  }
  return undefined;
}

const mostNamed = 20;

/**
 * The header that names what was left out; none where nothing was. Common clients always send some fields that change little,
 * and refusing them would break these clients. Names that a header cannot carry are counted only.
 */
export function ignoredHeader(rest: JsonObject, ignored: readonly string[]): { readonly [name: string]: string } {
  const all = [...Object.keys(rest), ...ignored];
  if (all.length === 0) return {};
  const named = all.filter((name) => /^[\w.[\]-]{1,64}$/.test(name)).slice(0, mostNamed);
  const others = all.length - named.length;
  return { 'x-tako-ignored': [...named, ...(others > 0 ? [`+${others}`] : [])].join(', ') };
}
