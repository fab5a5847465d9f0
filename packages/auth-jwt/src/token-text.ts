import { parseUniqueJson } from './json-with-unique-names.js';
import { refused } from './refused.js';

/** A JSON object of a token. */
export type TokenObject = { readonly [name: string]: unknown };

/** A token before anything of it is believed. */
export interface OpenedToken {
  readonly header: TokenObject;
  readonly payload: Uint8Array;
}

/** The longest token that is looked at, in characters: servers commonly take headers of 8 to 16 KB in all. */
const maxCharacters = 8_192;

/**
 * Takes a token in compact form apart: RFC 7515, section 3.1.
 *
 * @throws `auth` for what is none: other serialisations, JWE, another spelling of base64url than the one (no padding, no bits that
 *   belong to no byte), and a header that is no JSON object
 */
export function openToken(token: unknown): OpenedToken {
  if (typeof token !== 'string' || token.length > maxCharacters || !/^[\w-]+\.[\w-]*\.[\w-]+$/.test(token)) {
    throw refused('the token is no JSON Web Token in compact form, or too long');
  }
  const [header = '', payload = '', signature = ''] = token.split('.');
  decodeSegment(signature);
  return { header: readObject(decodeSegment(header), 'header'), payload: decodeSegment(payload) };
}

/**
 * Reads a JSON object of a token.
 *
 * @throws `auth` for what is none: bytes that are not UTF-8, JSON that is no object or has a name twice
 */
export function readObject(bytes: Uint8Array, part: string): TokenObject {
  let value: unknown;
  try {
    value = parseUniqueJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw refused(`the ${part} of the token cannot be read`); // the cause would quote it
  }
  if (isObject(value)) return value;
  throw refused(`the ${part} of the token is no JSON object`);
}

function decodeSegment(segment: string): Uint8Array {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment) throw refused('a part of the token is not base64url');
  return bytes;
}

/** Whether it is an object of JSON: neither `null` nor a list. */
export function isObject(value: unknown): value is TokenObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that the object itself has; never one that every object inherits. */
export function own(object: TokenObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
