import type { JsonSchema } from '@tako/core';

/** One argument of a tool, as far as the stand-in understands its schema. */
export interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean' | 'strings' | 'other';
  readonly description: string;
  readonly required: boolean;
  /** The values it may have, where they are listed. */
  readonly choices: readonly string[];
  readonly isUrl: boolean;
}

/** The arguments of a tool, required ones first. */
export function parametersOf(schema: JsonSchema): Parameter[] {
  const { properties, required } = schema;
  if (!isRecord(properties)) return [];
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties)
    .flatMap(([name, value]) => (isRecord(value) ? [readParameter(name, value, needed.has(name))] : []))
    .toSorted((left, right) => Number(right.required) - Number(left.required));
}

function readParameter(name: string, schema: Readonly<Record<string, unknown>>, required: boolean): Parameter {
  const { description, enum: choices, format } = schema;
  return {
    name,
    type: readType(schema),
    description: typeof description === 'string' ? description : '',
    required,
    choices: Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : [],
    isUrl: format === 'uri' || format === 'url' || /^(?:url|uri|href|link)$/i.test(name),
  };
}

function readType({ type, items }: Readonly<Record<string, unknown>>): Parameter['type'] {
  if (type === 'string' || type === 'boolean' || type === 'number') return type;
  if (type === 'integer') return 'number';
  return type === 'array' && isRecord(items) && items['type'] === 'string' ? 'strings' : 'other';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
