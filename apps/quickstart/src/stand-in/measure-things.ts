import { needing, type Desk, type Work } from './desk.js';
import { takesPath } from './fill-arguments.js';
import type { Finding } from './findings.js';
import { noClause } from './read-clauses.js';

/** A file and its size. */
export interface Measured {
  readonly path: string;
  readonly bytes: number;
  /** How far `bytes` may be off. */
  readonly roughBytes: number;
}

/** Up to this many files are asked for one by one. */
const few = 8;
/** More folders than this are not looked into. */
const mostFolders = 60;

/**
 * The sizes of files, in the order of `pick`. Many files are measured by listing their folders; where such a listing
 * rounds, and the first places depend on it, those files are asked for one by one.
 */
export function* measureThings(
  paths: readonly string[],
  pick: { readonly order: 'smallest' | 'largest'; readonly count: number },
  desk: Desk,
): Work<readonly Measured[]> {
  if (paths.length <= few) return inOrder(yield* measureEach(paths, desk), pick.order);
  const rough = inOrder(yield* measureFolders(paths, desk), pick.order);
  const close = contenders(rough, pick);
  if (close.length > few || close.every(({ roughBytes }) => roughBytes === 0)) return rough;
  const exact = new Map(
    (yield* measureEach(
      close.map(({ path }) => path),
      desk,
    )).map((one) => [one.path, one]),
  );
  return inOrder(
    rough.map((one) => exact.get(one.path) ?? one),
    pick.order,
  );
}

function inOrder(measured: readonly Measured[], order: 'smallest' | 'largest'): Measured[] {
  const sign = order === 'smallest' ? 1 : -1;
  return measured.toSorted((left, right) => sign * (left.bytes - right.bytes) || left.path.localeCompare(right.path));
}

/** Those that may really stand in one of the first places. */
function contenders(sorted: readonly Measured[], { count }: { readonly count: number }): Measured[] {
  const last = sorted[count - 1];
  if (last === undefined) return [...sorted];
  return sorted.filter((one, at) => at < count || Math.abs(one.bytes - last.bytes) <= one.roughBytes + last.roughBytes);
}

/** Asks for the details of each file. */
function* measureEach(paths: readonly string[], desk: Desk): Work<Measured[]> {
  const words = needing('size file info metadata details');
  const calls = paths.flatMap(
    (path) => desk.choose(words, { clause: noClause, paths: [path] }, ({ tool }) => takesPath(tool)) ?? [],
  );
  if (calls.length < paths.length) return [];
  const findings = yield calls;
  return findings.flatMap((finding, at) => {
    const bytes = readSize(finding);
    const path = paths[at];
    return bytes === undefined || path === undefined ? [] : [{ path, bytes, roughBytes: 0 }];
  });
}

function readSize({ text, isError }: Finding): number | undefined {
  const figure = isError ? undefined : /\bsize"?\s*[:=]\s*(\d+)/i.exec(text)?.[1];
  return figure === undefined ? undefined : Number(figure);
}

/** Lists the folders that the files are in. */
function* measureFolders(paths: readonly string[], desk: Desk): Work<Measured[]> {
  const words = needing('list directory size');
  const folders = [...new Set(paths.map(folderOf))].slice(0, mostFolders);
  const calls = folders.flatMap(
    (folder) => desk.choose(words, { clause: noClause, paths: [folder] }, ({ tool }) => takesPath(tool)) ?? [],
  );
  const findings = yield calls;
  const wanted = new Set(paths);
  return findings.flatMap(({ text, isError }, at) => {
    const entries = isError ? undefined : desk.entries(text, folders[at] ?? '.');
    return (entries ?? []).flatMap(({ path, bytes, roughBytes = 0 }) =>
      bytes !== undefined && wanted.has(path) ? [{ path, bytes, roughBytes }] : [],
    );
  });
}

function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut < 0 ? '.' : path.slice(0, cut) || '/';
}
