import { Validator } from '@cfworker/json-schema';

import type { JsonSchema } from '@tako/core';

const maxProblems = 3;

/** Validators by schema: building one walks the whole schema. */
const validators = new WeakMap<JsonSchema, Validator>();

/**
 * What is wrong with a value by a JSON Schema (draft 2020-12), in words that a model can act on.
 *
 * @returns `undefined` when the value is right.
 */
export function jsonSchemaProblem(schema: JsonSchema, value: unknown): string | undefined {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = new Validator(schema, '2020-12', false);
    validators.set(schema, validator);
  }
  const { valid, errors } = validator.validate(value);
  if (valid) return undefined;
  // Outer errors only say that an inner one exists: the innermost are the ones to act on.
  const inner = errors.filter(({ keyword }) => keyword !== 'properties' && keyword !== 'items' && keyword !== '$ref');
  return (inner.length > 0 ? inner : errors)
    .slice(0, maxProblems)
    .map(({ instanceLocation, error }) => `${instanceLocation.replace(/^#\/?/, '') || 'the value'}: ${error}`)
    .join(' ');
}
