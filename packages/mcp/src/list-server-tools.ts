import { TakoError } from '@tako/core';

import type { Connection } from './connection.js';
import { isRecord, readServerTool, type ServerTool } from './server-tool.js';

/** What a list of tools is read with. */
export interface ListOptions {
  /** The name of the session. */
  readonly source: string;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

const maxPages = 1_000;
const maxTools = 50_000;

/**
 * Every tool of a server, page by page.
 *
 * @throws `malformed_response` when the list cannot be read, comes back to a page that it had, or has no end.
 */
export async function listServerTools(connection: Connection, options: ListOptions): Promise<readonly ServerTool[]> {
  const { source, signal, warn } = options;
  if (!connection.hasTools) return [];
  const tools: ServerTool[] = [];
  const seen = new Set<string>();
  for (let cursor: string | undefined; ;) {
    const params = cursor === undefined ? {} : { cursor };
    const asked = { what: 'its list of tools', refusal: 'provider', signal } as const;
    const page = await connection.request({ method: 'tools/list', params }, asked);
    if (!isRecord(page) || !Array.isArray(page['tools'])) throw malformed(source, 'is no list');
    for (const entry of page['tools'] as readonly unknown[]) {
      const tool = readServerTool(entry);
      if (tool === undefined) warn(`${source}: a tool without a name is left out`);
      else tools.push(tool);
    }
    if (tools.length > maxTools) throw malformed(source, `has more than ${maxTools} entries`);

    // Absent at the end; some servers send null or an empty text instead.
    const next = page['nextCursor'];
    if (typeof next !== 'string' || next === '') return tools;
    if (seen.has(next)) throw malformed(source, 'comes back to a page that it had before');
    if (seen.size >= maxPages) throw malformed(source, `has more than ${maxPages} pages`);
    seen.add(next);
    cursor = next;
  }
}

function malformed(source: string, problem: string): TakoError {
  return new TakoError('malformed_response', `${source}: the server's list of tools ${problem}`, { source });
}
