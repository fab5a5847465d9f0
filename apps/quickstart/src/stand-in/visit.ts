import { needing, one, type Desk, type PlannedCall, type Work } from './desk.js';
import { takesPath, type ArgumentSource } from './fill-arguments.js';
import type { Finding } from './findings.js';
import type { RankedTool } from './rank-tools.js';

/** A tool call that was made, and the path it was made with. */
export interface Visit {
  readonly call: PlannedCall;
  readonly finding: Finding;
  readonly path: string;
}

/**
 * Calls the tool that fits best. Where there is nothing at the path, looks for that name in all folders and tries again:
 * people write "read architecture.md" and mean `docs/architecture.md`.
 *
 * @returns `undefined` when no tool fits
 */
export function* visit(
  desk: Desk,
  words: ReadonlyMap<string, number>,
  source: ArgumentSource,
  suits?: (ranked: RankedTool) => boolean,
): Work<Visit | undefined> {
  const call = desk.choose(words, source, suits);
  if (call === undefined) return undefined;
  const [path = '.'] = source.paths;
  const finding = yield* one(call);
  const failed = { call, finding, path };
  if (!isMissing(finding) || path === '.') return failed;

  const found = yield* locate(desk, path, source);
  if (found === undefined) return failed;
  const again = desk.choose(words, { ...source, paths: [found, ...source.paths.slice(1)] }, suits);
  return again === undefined ? failed : { call: again, finding: yield* one(again), path: found };
}

function isMissing({ isError, text }: Finding): boolean {
  return isError && /\bENOENT\b|no such file|not found|not exist/i.test(text);
}

function* locate(desk: Desk, path: string, source: ArgumentSource): Work<string | undefined> {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  const search = { clause: source.clause, paths: ['.'], glob: `**/${name}` };
  const call = desk.choose(needing('search find files matching pattern'), search, ({ tool }) => takesPath(tool));
  if (call === undefined) return undefined;
  const { text, isError } = yield* one(call);
  const [first] = isError ? [] : (desk.entries(text, '.') ?? []);
  return first?.path;
}
