import type { ServerTool } from './server-tool.js';

/** No schema that people write comes near it; following deeper ones would overflow the stack. */
const deepest = 200;

/**
 * SHA-256, in hexadecimal, over what a model and a user were told of a tool: its name, description, schema and
 * annotations. Two lists that differ in the order of keys have the same fingerprint.
 *
 * @returns `undefined` for a tool whose schema is nested more than 200 levels deep
 */
export async function fingerprint(tool: ServerTool): Promise<string | undefined> {
  const { name, description, inputSchema, annotations } = tool;
  const json = canonicalJson({ name, description, inputSchema, annotations });
  if (json === undefined) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(json));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * JSON with the keys of every object in the order of their UTF-16 units, and no white space, as RFC 8785 has it
 * (https://www.rfc-editor.org/rfc/rfc8785, read 2026-11-23). Keys whose value is `undefined` are left out.
 *
 * @returns `undefined` for what is nested too deep
 */
export function canonicalJson(value: unknown, depth = 0): string | undefined {
  if (depth > deepest) return undefined;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      const part = canonicalJson(item, depth + 1);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return `[${parts.join(',')}]`;
  }
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  for (const [key, field] of entries.toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const part = canonicalJson(field, depth + 1);
    if (part === undefined) return undefined;
    parts.push(`${JSON.stringify(key)}:${part}`);
  }
  return `{${parts.join(',')}}`;
}
