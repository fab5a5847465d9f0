import type { JsonSchema } from '@tako/core';

import type { McpToolAnnotations } from './mcp-tool.js';

/** A tool as its server lists it, as far as we could read it. */
export interface ServerTool {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema | undefined;
  readonly annotations: McpToolAnnotations | undefined;
}

/**
 * Reads an entry of `tools/list`. What is missing or has the wrong type is left out; an input schema becomes one of type
 * `object`, which the protocol demands and some servers forget.
 *
 * @returns `undefined` for something without a name, which could not be called
 */
export function readServerTool(entry: unknown): ServerTool | undefined {
  if (!isRecord(entry) || typeof entry['name'] !== 'string' || entry['name'] === '') return undefined;
  const annotations = isRecord(entry['annotations']) ? entry['annotations'] : {};
  return {
    name: entry['name'],
    title: textOf(entry['title']) ?? textOf(annotations['title']),
    description: textOf(entry['description']),
    inputSchema: { ...(isRecord(entry['inputSchema']) ? entry['inputSchema'] : {}), type: 'object' },
    outputSchema: isRecord(entry['outputSchema']) ? entry['outputSchema'] : undefined,
    annotations: isRecord(entry['annotations']) ? readAnnotations(annotations) : undefined,
  };
}

/** Whether `value` is an object with keys. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readAnnotations(annotations: { readonly [key: string]: unknown }): McpToolAnnotations {
  const hint = (name: string): boolean | undefined => {
    const value = annotations[name];
    return typeof value === 'boolean' ? value : undefined;
  };
  return {
    readOnlyHint: hint('readOnlyHint'),
    destructiveHint: hint('destructiveHint'),
    idempotentHint: hint('idempotentHint'),
    openWorldHint: hint('openWorldHint'),
  };
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
