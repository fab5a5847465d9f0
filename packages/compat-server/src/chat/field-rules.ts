import type { JsonObject, JsonValue } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';

/**
 * Fields that would change what an answer means, and that no request of Tako has a place for: they are refused unless they say
 * what happens anyway. Every other field that is not honoured is left out, and named in the header `x-tako-ignored`: common
 * clients always send some, and refusing them would break these clients.
 */
const refusedUnless: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map<
  string,
  (value: JsonValue) => boolean
>([
  ['n', (value) => value === 1],
  ['logprobs', (value) => value === false],
  ['top_logprobs', (value) => value === 0],
  ['logit_bias', (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0],
  ['modalities', (value) => Array.isArray(value) && value.every((each) => each === 'text')],
  ['audio', () => false],
  ['prediction', () => false],
  ['web_search_options', () => false],
  ['functions', () => false],
  ['function_call', () => false],
  ['reasoning_effort', () => false], // a word that is none of the efforts
  ['input', () => false],
]);

/** The first field that is refused, if any is. */
export function refusedField(rest: JsonObject): Failure | undefined {
  for (const [name, value] of Object.entries(rest)) {
    const isHarmless = refusedUnless.get(name);
    if (value === undefined || isHarmless === undefined || isHarmless(value)) continue;
    return refused(400, 'unsupported_parameter', `This server does not support this value of ${name}.`, {
      param: name,
    });
  }
  return undefined;
}

const mostNamed = 20;

/** The header that names what was left out; none where nothing was. Names that a header cannot carry are counted only. */
export function ignoredHeader(rest: JsonObject, ignored: readonly string[]): { readonly [name: string]: string } {
  const all = [...Object.keys(rest), ...ignored];
  if (all.length === 0) return {};
  const named = all.filter((name) => /^[\w.[\]-]{1,64}$/.test(name)).slice(0, mostNamed);
  const others = all.length - named.length;
  return { 'x-tako-ignored': [...named, ...(others > 0 ? [`+${others}`] : [])].join(', ') };
}
