import { needing, type Desk, type Work } from './desk.js';
import { takesPath } from './fill-arguments.js';
import type { Clause } from './read-clauses.js';
import { visit, type Visit } from './visit.js';

/** Reads a file with the tool that is meant for its kind. */
export function* readPath(clause: Clause, path: string, desk: Desk): Work<Visit | undefined> {
  const kind = /\.(?:png|jpe?g|gif|webp|bmp|svg|mp3|wav|ogg|flac)$/i.test(path) ? 'media image audio' : 'text';
  return yield* visit(
    desk,
    needing(`read file contents ${kind}`),
    { clause: { ...clause, quoted: [], glob: undefined }, paths: [path] },
    ({ tool }) => takesPath(tool),
  );
}
