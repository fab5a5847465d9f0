import { needing, type Desk, type PlannedCall, type Work } from './desk.js';
import { takesPath } from './fill-arguments.js';
import type { Entry } from './read-entries.js';
import type { Clause } from './read-clauses.js';
import { excerpt } from './tell-text.js';
import { visit } from './visit.js';

/** What a clause speaks of, as a tool lists it. */
export interface Listing {
  readonly entries: readonly Entry[];
  /** The folder that was listed. */
  readonly folder: string;
  readonly call: PlannedCall;
  /** Whether the list was too long to be seen whole. */
  readonly isCut: boolean;
}

/** Lists the files or folders that a clause speaks of; a text where that failed; `undefined` where no tool lists any. */
export function* listThings(clause: Clause, desk: Desk): Work<Listing | string | undefined> {
  const named = clause.paths.map(({ path }) => path);
  const paths = named.length > 0 ? named : clause.refersBack && desk.subjects.length === 1 ? desk.subjects : ['.'];
  const words = needing(wordsFor(clause), clause.words);
  const visited = yield* visit(desk, words, { clause, paths }, ({ tool }) => takesPath(tool));
  if (visited === undefined) return undefined;
  const { call, finding, path } = visited;
  if (finding.isError) return `${call.name} failed: ${excerpt(finding.text, 2)}`;
  const entries = desk.entries(finding.text, path);
  if (entries === undefined) return undefined;
  return { entries: entries.filter((entry) => isMeant(entry, clause)), folder: path, call, isCut: finding.isCut };
}

/** What the tool must be able to do. */
function wordsFor({ glob, kind, counts, pick }: Clause): string {
  if (glob !== undefined) return 'search find files matching pattern';
  if (kind !== 'directory' && (counts || pick !== undefined)) return 'recursive tree directory files structure';
  return 'list directory';
}

function isMeant(entry: Entry, { kind, pick }: Clause): boolean {
  const wanted = kind ?? (pick === undefined ? undefined : 'file');
  return wanted === undefined || entry.kind === 'unknown' || entry.kind === wanted;
}
