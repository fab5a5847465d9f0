import type { JsonSchema } from '@tako/core';

import { isRecord } from './server-tool.js';

type Fields = { readonly [key: string]: unknown };

/** RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const deepest = 20;

/**
 * The arguments that a server wants in headers too, so that what stands before it can route by them: those whose schema
 * has `x-mcp-header`, as `Mcp-Param-…`. Only primitive values are sent. Revision 2026-07-28; other transports than HTTP
 * have no headers, and leave them out.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (SEP-2243; by the SDK's version 2.4.0)
 */
export function paramHeaders(
  schema: JsonSchema,
  given: Fields,
  depth = 0,
): { readonly [name: string]: string } | undefined {
  const properties = schema['properties'];
  if (!isRecord(properties) || depth > deepest) return undefined;
  const headers: Record<string, string> = {};
  for (const [key, property] of Object.entries(properties)) {
    const value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (!isRecord(property) || value === undefined || value === null) continue;
    const name = property['x-mcp-header'];
    const text = toText(value);
    if (typeof name === 'string' && token.test(name) && text !== undefined) headers[`Mcp-Param-${name}`] = encode(text);
    if (isRecord(value)) Object.assign(headers, paramHeaders(property, value, depth + 1));
  }
  return Object.keys(headers).length === 0 ? undefined : headers;
}

/**
 * What is wrong with the headers that a schema asks for; `undefined` where nothing is. A client must leave out a tool
 * whose headers are wrong: not primitive (`number` is none: it has many texts), no token, or asked for twice.
 */
export function headerProblem(schema: JsonSchema, seen: Set<string> = new Set(), depth = 0): string | undefined {
  const properties = schema['properties'];
  if (!isRecord(properties) || depth > deepest) return undefined;
  for (const [key, property] of Object.entries(properties)) {
    if (!isRecord(property)) continue;
    const problem = Object.hasOwn(property, 'x-mcp-header') ? ownProblem(property, seen) : undefined;
    if (problem !== undefined) return `${key}: ${problem}`;
    const inner = headerProblem(property, seen, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function ownProblem(property: Fields, seen: Set<string>): string | undefined {
  const name = property['x-mcp-header'];
  if (typeof name !== 'string' || !token.test(name)) return 'its header has no legal name';
  if (!['string', 'integer', 'boolean'].includes(String(property['type'])))
    return 'its type cannot be sent in a header';
  const folded = name.toLowerCase();
  if (seen.has(folded)) return 'another argument has the same header';
  seen.add(folded);
  return undefined;
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

/** As it is where it can stand in a header; else its UTF-8 as base64, marked. */
function encode(text: string): string {
  const isPlain = /^[\x20-\x7e\t]+$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  if (isPlain) return text;
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCodePoint(byte));
  return `=?base64?${btoa(bytes.join(''))}?=`;
}
