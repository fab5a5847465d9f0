import type { JsonSchema } from '@tako/core';

/** Keywords that hold a schema or a list of them, and keywords that hold schemas by name. */
const holders = new Set(['items', 'prefixItems', 'anyOf', 'oneOf']);
const maps = new Set(['properties', '$defs', 'definitions']);

/**
 * The schema with its objects closed, where they name properties and do not say what of others.
 *
 * Vendors bind an answer to a schema only where its objects are closed, and zod, valibot and arktype describe an object that
 * drops other properties as one that allows them: nothing is lost when the model is not offered what would be dropped.
 * A schema with `allOf` is left alone: its parts describe one value, and each would refuse the properties of the others.
 */
export function closedSchema(schema: JsonSchema): JsonSchema {
  return JSON.stringify(schema).includes('"allOf"') ? schema : closed(schema);
}

function closed(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (holders.has(keyword)) return [keyword, Array.isArray(value) ? value.map(close) : close(value)];
    if (maps.has(keyword) && isObject(value)) {
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner)]))];
    }
    return [keyword, value];
  });
  const isOpen = schema['properties'] !== undefined && schema['additionalProperties'] === undefined;
  return Object.fromEntries(isOpen ? [...entries, ['additionalProperties', false]] : entries);
}

function close(schema: unknown): unknown {
  return isObject(schema) ? closed(schema) : schema;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
