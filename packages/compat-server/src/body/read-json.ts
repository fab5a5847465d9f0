import { refused, type Failure } from '../errors/failure.js';

/** What bounds the JSON of a request. */
export interface JsonLimits {
  /** How deep objects and arrays may nest. */
  readonly maxDepth: number;
  /** How many keys all objects may have together. */
  readonly maxKeys: number;
  /** How many values all arrays may have together. */
  readonly maxItems: number;
}

/** The parsed body, or why it is refused. */
export type ReadJson = { readonly value: unknown } | { readonly failure: Failure };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the JSON of a request. It is measured before it is parsed, so that nothing deep, wide or made to collide is ever built.
 * Keys that reach into prototypes are refused.
 */
export function readJson(bytes: Uint8Array, limits: JsonLimits): ReadJson {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { failure: refused(400, 'invalid_json', 'The body is not valid UTF-8.') };
  }
  const problem = measured(text, limits);
  if (problem !== undefined) return { failure: refused(400, 'invalid_json', problem) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { failure: refused(400, 'invalid_json', 'The body is not valid JSON.') };
  }
  // Few bodies have to be walked: only those in whose text the key may stand, spelt out or escaped.
  if ((text.includes('__proto__') || text.includes('\\u00')) && hasProtoKey(value)) {
    return { failure: refused(400, 'invalid_json', 'The body has a key that is not allowed.') };
  }
  return { value };
}

/** Whether an object anywhere has the key that assignments mistake for its prototype. The depth is limited already. */
function hasProtoKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some((inner) => hasProtoKey(inner));
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;

/** What is too much in a JSON text, in one walk over it. Text that is no JSON is for the parser to refuse. */
function measured(text: string, { maxDepth, maxKeys, maxItems }: JsonLimits): string | undefined {
  let depth = 0;
  let keys = 0;
  let items = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > maxDepth) return `The body is nested deeper than ${maxDepth} levels.`;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      case colon:
        if (++keys > maxKeys) return `The body has more than ${maxKeys} keys.`;
        break;
      case comma:
        if (++items > maxItems) return `The body has more than ${maxItems} values.`;
        break;
      default:
    }
  }
  return undefined;
}

/** Where the string that begins at `start` ends; long strings are skipped by the engine's own search. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
