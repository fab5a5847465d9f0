import type { JsonValue } from '@tako/core';
import { invalidOptions } from '@tako/core/provider';

/** What a template may stand for, by name. */
export type TemplateValues = { readonly [name: string]: JsonValue | undefined };

/** A JSON value with placeholders. */
export interface Template {
  /** The placeholders in it. */
  readonly names: ReadonlySet<string>;
  /** The value with its placeholders filled in; `undefined` where it was one, and has no value. */
  readonly fillIn: (values: TemplateValues) => JsonValue | undefined;
}

type Fill = Template['fillIn'];

/** Deeper values are taken for ones that contain themselves. */
const deepest = 64;

/**
 * Reads a template: JSON in which `{{ name }}` stands for a value. What is filled in is not looked through again.
 *
 * @param known the names there are
 * @throws `invalid` for a name that is not known, an opened placeholder without an end, one in a key, or what is not JSON.
 */
export function parseTemplate(source: JsonValue, known: readonly string[]): Template {
  const names = new Set<string>();

  function parse(value: unknown, depth: number): Fill {
    if (typeof value === 'string') return parseText(value);
    if (value === null || typeof value === 'boolean' || Number.isFinite(value)) {
      const literal = value as JsonValue; // null, boolean or number
      return () => literal;
    }
    if (typeof value !== 'object' || depth > deepest) throw wrong('must be JSON, at most 64 deep');
    if (!Array.isArray(value)) return parseObject(value, depth);
    const items = value.map((item) => parse(item, depth + 1));
    return (values) => items.map((fill) => fill(values)).filter((item) => item !== undefined);
  }

  function parseObject(value: object, depth: number): Fill {
    const entries = Object.entries(value).flatMap(([key, item]): [string, Fill][] => {
      requirePlain(key);
      return item === undefined ? [] : [[key, parse(item, depth + 1)]];
    });
    return (values) => {
      const filled = entries.map(([key, fill]): [string, JsonValue | undefined] => [key, fill(values)]);
      // fromEntries makes own properties, of `__proto__` too.
      return Object.fromEntries(filled.filter(([, item]) => item !== undefined));
    };
  }

  function parseText(text: string): Fill {
    // Text, name, text, name, …, text.
    const pieces = text.split(/\{\{\s*(\w*)\s*\}\}/);
    const isName = (at: number): boolean => at % 2 === 1;
    for (const [at, piece] of pieces.entries()) {
      if (isName(at)) names.add(checked(piece));
      else requirePlain(piece);
    }
    const [before, name, after] = pieces;
    if (pieces.length === 3 && name !== undefined && before === '' && after === '') return (values) => values[name];
    return (values) => pieces.map((piece, at) => (isName(at) ? textOf(values[piece]) : piece)).join('');
  }

  function checked(name: string): string {
    if (known.includes(name)) return name;
    throw wrong(`has {{ ${name} }}, which is none of ${known.join(', ')}`);
  }

  return { fillIn: parse(source, 0), names };
}

/** Braces have no other meaning, and keys are not filled in. */
function requirePlain(text: string): void {
  if (/\{\{|\}\}/.test(text)) throw wrong(`has {{ or }} out of place: ${JSON.stringify(text)}`);
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

function wrong(what: string): Error {
  return invalidOptions('httpGeneric', `body ${what}`);
}
