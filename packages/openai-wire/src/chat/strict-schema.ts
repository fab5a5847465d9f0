import type { JsonSchema } from '@tako/core';

/**
 * The keywords that OpenAI's strict mode takes. With any other, `default` and `allOf` for instance, it refuses the request.
 *
 * Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas (read 2026-11-23).
 */
const keywords = new Set(
  (
    '$schema $id $ref $defs definitions title description type enum const anyOf properties required ' +
    'additionalProperties items pattern format multipleOf minimum maximum exclusiveMinimum exclusiveMaximum ' +
    'minItems maxItems'
  ).split(' '),
);
const formats = new Set('date-time time date duration email hostname ipv4 ipv6 uuid'.split(' '));

/**
 * Whether OpenAI can hold a model to `schema`: the root is an object, all objects name all their properties as required and
 * allow no others, and nothing outside of what strict mode knows is used.
 */
export function isStrictSchema(schema: JsonSchema): boolean {
  return schema['type'] === 'object' && isStrict(schema);
}

function isStrict(schema: unknown): boolean {
  if (!isObject(schema)) return false; // `true` and `false` are schemas too, and allow too much
  if (!Object.keys(schema).every((keyword) => keywords.has(keyword))) return false;
  const { type, properties, format } = schema;
  if (format !== undefined && !(typeof format === 'string' && formats.has(format))) return false;
  const isObjectType =
    type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined;
  return (!isObjectType || isClosed(schema)) && subschemas(schema).every(isStrict);
}

function isClosed({ properties = {}, required = [], additionalProperties }: JsonSchema): boolean {
  if (additionalProperties !== false || !isObject(properties) || !Array.isArray(required)) return false;
  return Object.keys(properties).every((name) => required.includes(name));
}

function subschemas(schema: JsonSchema): unknown[] {
  const { properties, $defs, definitions, anyOf, items } = schema;
  const named = [properties, $defs, definitions].flatMap((each) => (isObject(each) ? Object.values(each) : []));
  return [...named, ...(Array.isArray(anyOf) ? anyOf : []), ...(items === undefined ? [] : [items])];
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
