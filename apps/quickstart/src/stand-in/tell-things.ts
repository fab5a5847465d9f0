import type { Listing } from './list-things.js';
import type { Measured } from './measure-things.js';
import type { Clause } from './read-clauses.js';

/** Names that are shown of a listing: fewer where only their number was asked for. */
const shownWhenListed = 30;
const shownWhenCounted = 5;

/** Says how many things were found, where, and which. */
export function tellListing({ entries, folder, call, isCut }: Listing, { kind, counts }: Clause): string {
  const { pattern } = call.arguments;
  const { length: count } = entries;
  const allFolders = count > 0 && entries.every((entry) => entry.kind === 'directory');
  const noun = nounFor(allFolders ? 'directory' : kind, count);
  const matching = typeof pattern === 'string' ? ` that match${count === 1 ? 'es' : ''} ${pattern}` : '';
  const place = folder === '.' ? 'here' : `in ${folder}`;
  const head = `There ${count === 1 ? 'is' : 'are'} ${isCut ? 'at least ' : ''}${count} ${noun}${matching} ${place}`;
  const names = entries.slice(0, counts ? shownWhenCounted : shownWhenListed).map(({ path }) => nameIn(path, folder));
  if (names.length === 0) return `${head}.`;
  return `${head}: ${names.join(', ')}${count > names.length ? `, … (${count - names.length} more)` : ''}.`;
}

function nounFor(kind: Clause['kind'], count: number): string {
  if (kind === undefined) return count === 1 ? 'entry' : 'entries';
  return `${kind === 'directory' ? 'folder' : 'file'}${count === 1 ? '' : 's'}`;
}

function nameIn(path: string, folder: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/** Says which of the measured files come first, and how large they are. */
export function tellPick(measured: readonly Measured[], { order, count }: NonNullable<Clause['pick']>): string {
  const chosen = measured.slice(0, count);
  const named = chosen.map(({ path, bytes, roughBytes }) => {
    return `${path} (${roughBytes > 0 ? 'about ' : ''}${Math.round(bytes)} bytes)`;
  });
  const next = measured[count];
  const tie = next !== undefined && next.bytes === chosen.at(-1)?.bytes ? `; ${next.path} has the same size` : '';
  return `The ${order} of the ${measured.length} ${chosen.length === 1 ? 'is' : 'are'} ${named.join(', ')}${tie}.`;
}
