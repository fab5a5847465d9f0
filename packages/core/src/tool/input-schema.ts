import { invalidOptions } from '../error/make-error.js';
import type { JsonSchema } from '../json.js';
import type { StandardSchema } from './standard-schema.js';

/**
 * A schema as users bring it: Standard Schema (zod 4.2+, valibot, arktype: https://standardschema.dev, read
 * 2026-11-23), or a plain JSON Schema.
 */
export type Schema = StandardSchema | JsonSchema;

/** What a value is after its schema has seen it. A plain JSON Schema promises nothing to the compiler. */
export type SchemaOutput<S extends Schema> = S extends StandardSchema<unknown, infer Output> ? Output : unknown;

/** Whether `schema` can validate by itself. */
export function isStandardSchema(schema: Schema): schema is StandardSchema {
  return '~standard' in schema;
}

/**
 * The schema as JSON Schema, draft 2020-12, for a vendor's wire.
 *
 * @param where names the owner in the error, for example `tool "weather"`
 * @throws `invalid` when a Standard Schema cannot describe itself as JSON Schema.
 */
export function jsonSchemaOf(schema: Schema, where: string): JsonSchema {
  if (!isStandardSchema(schema)) return schema;
  const standard = schema['~standard'];
  if (standard.jsonSchema === undefined) {
    throw invalidOptions(
      where,
      `the ${standard.vendor} schema cannot describe itself; use a version with ` +
        'Standard JSON Schema (zod 4.2 or later), or pass jsonSchema',
    );
  }
  try {
    return standard.jsonSchema.input({ target: 'draft-2020-12' });
  } catch (error) {
    throw invalidOptions(where, `the ${standard.vendor} schema has no JSON Schema form: ${String(error)}`);
  }
}
