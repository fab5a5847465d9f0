/** Any value that JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** A JSON object. A key whose value is `undefined` is as good as absent. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/**
 * A JSON Schema document, draft 2020-12 or draft-07.
 *
 * @see https://json-schema.org/draft/2020-12 (read 2026-11-23)
 */
export type JsonSchema = { readonly [key: string]: unknown };
