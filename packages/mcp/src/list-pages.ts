import { TakoError } from '@tako/core';

import type { Connection } from './connection.js';
import { isRecord } from './server-tool.js';

/** What a list is read with. */
export interface ListOptions {
  /** The name of the session. */
  readonly source: string;
  readonly signal: AbortSignal;
  /** More entries are `malformed_response`. */
  readonly maxEntries: number;
}

const maxPages = 1_000;

/**
 * Every entry of a list, page by page.
 *
 * @param method for example `tools/list`
 * @param field what the list is called in the answer, and in errors: `tools`
 * @throws `malformed_response` when the list cannot be read, comes back to a page that it had, or has no end.
 */
export async function listPages(
  connection: Connection,
  method: string,
  field: string,
  options: ListOptions,
): Promise<readonly unknown[]> {
  const { source, signal, maxEntries } = options;
  const what = `its list of ${field}`;
  const malformed = (problem: string): TakoError =>
    new TakoError('malformed_response', `${source}: the server's list of ${field} ${problem}`, { source });
  const entries: unknown[] = [];
  const seen = new Set<string>();
  for (let cursor: string | undefined; ;) {
    const params = cursor === undefined ? {} : { cursor };
    const page = await connection.request({ method, params }, { what, refusal: 'provider', signal });
    const listed = isRecord(page) ? page[field] : undefined;
    if (!isRecord(page) || !Array.isArray(listed)) throw malformed('is no list');
    for (const entry of listed as readonly unknown[]) entries.push(entry);
    if (entries.length > maxEntries) throw malformed(`has more than ${maxEntries} entries`);

    // Absent at the end; some servers send null or an empty text instead.
    const next = page['nextCursor'];
    if (typeof next !== 'string' || next === '') return entries;
    if (seen.has(next)) throw malformed('comes back to a page that it had before');
    if (seen.size >= maxPages) throw malformed(`has more than ${maxPages} pages`);
    seen.add(next);
    cursor = next;
  }
}
