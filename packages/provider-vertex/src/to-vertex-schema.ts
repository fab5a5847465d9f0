import type { JsonObject, JsonSchema, JsonValue } from '@tako/core';
import { unsupported } from '@tako/core/provider';

/** A schema as Gemini takes it. */
export interface VertexSchema {
  readonly schema: JsonObject;
  /** Keywords that constrained something and are not in it any more. */
  readonly lost: readonly string[];
}

/**
 * What is kept as it is. Source: the description of `responseJsonSchema` in the types of `@google/genai` 1.52 (read
 * 2026-11-23). `$defs` and `$ref` are in that list too, for references that are no cycle; here they are inlined.
 */
const kept = new Set([
  'type',
  'format',
  'title',
  'description',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'anyOf',
  'oneOf',
  'properties',
  'additionalProperties',
  'required',
  'propertyOrdering',
]);

/** What says nothing about which values are right. */
const annotations =
  /^(\$(schema|id|comment|anchor|defs|vocabulary)|definitions|default|examples?|deprecated|readOnly|writeOnly|contentMediaType|contentEncoding|discriminator|externalDocs|xml|x-.*)$/;

/** References can make a short schema endless: no more subschemas than this. */
const maxSubschemas = 2_000;

/**
 * Cleans a JSON Schema to what Gemini takes: references inlined, `const` as an `enum` of one, `nullable` as a type, an
 * `allOf` as one schema, exclusive bounds of integers as bounds. What else constrains is left out, and named in `lost`.
 *
 * @throws `unsupported` for a schema that holds itself, a reference that leads nowhere, and one of more than 2 000 subschemas.
 */
export function toVertexSchema(schema: JsonSchema, source: string): VertexSchema {
  const lost = new Set<string>();
  const cleaned = new Cleaner(schema, source, lost).clean(schema, []);
  return { schema: cleaned, lost: [...lost] };
}

type Fields = { readonly [key: string]: unknown };
type Draft = { [key: string]: JsonValue | undefined };

class Cleaner {
  readonly #root: JsonSchema;
  readonly #source: string;
  readonly #lost: Set<string>;
  #count = 0;

  constructor(root: JsonSchema, source: string, lost: Set<string>) {
    this.#root = root;
    this.#source = source;
    this.#lost = lost;
  }

  /** @param path the references that led here */
  clean(schema: unknown, path: readonly string[]): JsonObject {
    if (++this.#count > maxSubschemas) throw this.#refused('a schema of so many parts');
    if (schema === false) this.#lost.add('false');
    if (!isFields(schema)) return {}; // `true` allows anything
    const { fields, path: inside } = this.#whole(schema, path);
    const draft: Draft = {};
    for (const [key, value] of Object.entries(fields)) {
      if (kept.has(key)) draft[key] = this.#keyword(key, value, inside);
      else if (!this.#translate(draft, key, value, fields) && !annotations.test(key)) this.#lost.add(key);
    }
    if (fields['nullable'] === true) return withNull(draft);
    return draft;
  }

  /** The schema with what it refers to, and all of its `allOf`, in one. */
  #whole(schema: Fields, path: readonly string[]): { readonly fields: Fields; readonly path: readonly string[] } {
    const { $ref: ref, allOf, ...own } = schema;
    let fields: Fields = own;
    let inside = path;
    const take = (other: unknown): void => {
      if (!isFields(other)) return;
      if (++this.#count > maxSubschemas) throw this.#refused('a schema of so many parts');
      const whole = this.#whole(other, inside);
      fields = this.#merged(whole.fields, fields);
      inside = whole.path;
    };
    if (typeof ref === 'string') {
      if (path.includes(ref)) throw this.#refused('a schema that holds itself');
      inside = [...path, ref];
      take(this.#find(ref));
    }
    if (Array.isArray(allOf)) for (const other of allOf) take(other);
    return { fields, path: inside };
  }

  #merged(below: Fields, above: Fields): Fields {
    const merged: { [key: string]: unknown } = { ...below, ...above };
    const properties = [below['properties'], above['properties']];
    const required = [below['required'], above['required']];
    if (properties.every(isFields)) merged['properties'] = { ...properties[0], ...properties[1] };
    if (required.every(Array.isArray)) merged['required'] = [...new Set(required.flat())];
    for (const key of Object.keys(above)) {
      const differs = key in below && JSON.stringify(below[key]) !== JSON.stringify(above[key]);
      if (differs && !annotations.test(key) && !/^(title|description|properties|required)$/.test(key)) {
        this.#lost.add('allOf');
      }
    }
    return merged;
  }

  #find(ref: string): unknown {
    let at: unknown = this.#root;
    for (const step of ref === '#' ? [] : ref.split('/').slice(1)) {
      const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
      at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
    }
    if (!ref.startsWith('#') || at === undefined) throw this.#refused('a schema with a reference that leads nowhere');
    return at;
  }

  #keyword(key: string, value: unknown, path: readonly string[]): JsonValue | undefined {
    if (key === 'properties' && isFields(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.clean(each, path)]));
    }
    if (/^(anyOf|oneOf|prefixItems)$/.test(key) && Array.isArray(value))
      return value.map((each) => this.clean(each, path));
    if (key === 'items' && Array.isArray(value)) {
      this.#lost.add('items'); // a tuple of draft-07
      return { anyOf: value.map((each) => this.clean(each, path)) };
    }
    if (key === 'items' || (key === 'additionalProperties' && isFields(value))) return this.clean(value, path);
    return value as JsonValue | undefined; // a schema is JSON
  }

  /** Says in other words what Gemini has no keyword for. @returns whether it could */
  #translate(draft: Draft, key: string, value: unknown, { type }: Fields): boolean {
    if (key === 'enum' && Array.isArray(value)) return this.#values(draft, value);
    if (key === 'const') return this.#values(draft, [value]);
    if (key === 'nullable') return true;
    if (type !== 'integer' || typeof value !== 'number' || !Number.isInteger(value)) return false;
    if (key === 'exclusiveMinimum') draft['minimum'] = value + 1;
    else if (key === 'exclusiveMaximum') draft['maximum'] = value - 1;
    else return false;
    return true;
  }

  /** Texts and numbers are told one by one, other values by their type. */
  #values(draft: Draft, values: readonly unknown[]): boolean {
    const listed = values.filter((value) => typeof value === 'string' || typeof value === 'number');
    const others = new Set(values.flatMap((value) => (listed.includes(value as string) ? [] : [typeOf(value)])));
    if (others.size === 0) draft['enum'] = listed;
    else if (listed.length === 0) draft['type'] = others.size === 1 ? [...others].join('') : [...others];
    else draft['anyOf'] = [{ enum: listed }, ...[...others].map((type) => ({ type }))];
    const isWhole = others.size === 0 || [...others].every((type) => type === 'null');
    return isWhole || (values.includes(true) && values.includes(false));
  }

  #refused(what: string): Error {
    return unsupported(this.#source, what);
  }
}

/** A step of a JSON pointer in a URL; one that no URL could hold leads nowhere. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function withNull(draft: Draft): Draft {
  const { type } = draft;
  if (typeof type !== 'string') return { anyOf: [draft, { type: 'null' }] };
  if ('enum' in draft) return { anyOf: [draft, { type: 'null' }] };
  return { ...draft, type: [type, 'null'] };
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
