import type { JsonSchema } from '@tako/core';

/** A schema that the vendor can hold an answer to. */
export interface AnthropicSchema {
  readonly schema: JsonSchema;
  /** Keywords that constrained something and are not in it any more, but in words. */
  readonly lost: readonly string[];
}

/** Taken over as it is. `items`, `properties` and the like are walked through. */
const kept = new Set(['type', 'enum', 'const', 'default', 'required', '$ref', 'title', 'description', 'pattern']);
const lists = new Set(['anyOf', 'allOf']);
const maps = new Set(['properties', '$defs', 'definitions']);
/** What says nothing about which values are right. */
const annotations = /^(\$(schema|id|comment|anchor)|examples?|deprecated|readOnly|writeOnly|nullable|x-.*)$/;
const formats = /^(date-time|time|date|duration|email|hostname|uri|ipv4|ipv6|uuid)$/;

/**
 * Makes a JSON Schema one that the vendor compiles: every object closed (an answer that it lets pass fits the original too),
 * `oneOf` as `anyOf`, and each constraint that it does not know told in the description instead.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs, section "JSON Schema limitations" (read 2026-11-23).
 */
export function toAnthropicSchema(schema: JsonSchema): AnthropicSchema {
  const lost = new Set<string>();
  return { schema: cleaned(schema, lost), lost: [...lost] };
}

function cleaned(schema: JsonSchema, lost: Set<string>): JsonSchema {
  const draft: { [keyword: string]: unknown } = {};
  const inWords: { [keyword: string]: unknown } = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined || annotations.test(keyword)) continue;
    const target = keyword === 'oneOf' ? 'anyOf' : keyword;
    if (lists.has(target) && Array.isArray(value)) draft[target] = value.map((each: unknown) => sub(each, lost));
    else if (maps.has(keyword) && isObject(value)) draft[keyword] = mapped(value, lost);
    else if (keyword === 'items' && !Array.isArray(value)) draft['items'] = sub(value, lost);
    else if (isKept(keyword, value)) draft[keyword] = value;
    else if (keyword !== 'additionalProperties') inWords[keyword] = value;
    else if (value !== false) lost.add(keyword);
  }
  const words = Object.keys(inWords);
  for (const word of words) lost.add(word);
  if (words.length > 0) {
    const { description } = draft;
    draft['description'] = `${typeof description === 'string' ? `${description}\n` : ''}${JSON.stringify(inWords)}`;
  }
  if ('properties' in draft || [draft['type']].flat().includes('object')) draft['additionalProperties'] = false;
  return draft;
}

function isKept(keyword: string, value: unknown): boolean {
  if (keyword === 'format') return typeof value === 'string' && formats.test(value);
  if (keyword === 'minItems') return value === 0 || value === 1;
  return kept.has(keyword);
}

function mapped(schemas: JsonSchema, lost: Set<string>): JsonSchema {
  return Object.fromEntries(Object.entries(schemas).map(([name, each]) => [name, sub(each, lost)]));
}

/** `true` allows anything, as an empty schema does; `false` has no other word. */
function sub(schema: unknown, lost: Set<string>): JsonSchema {
  if (isObject(schema)) return cleaned(schema, lost);
  if (schema === false) lost.add('false');
  return {};
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
