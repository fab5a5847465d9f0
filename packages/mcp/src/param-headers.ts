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
