import type { Desk, Work } from './desk.js';
import { takesPath } from './fill-arguments.js';
import { listThings, type Listing } from './list-things.js';
import { measureThings } from './measure-things.js';
import { rankTools } from './rank-tools.js';
import type { Clause } from './read-clauses.js';
import { readPath } from './read-path.js';
import { excerpt, tellText } from './tell-text.js';
import { tellListing, tellPick } from './tell-things.js';
import { visit } from './visit.js';
import { wordsOf } from './words.js';

/** Works on one clause of a prompt until there is something to say about it. */
export function* answerClause(clause: Clause, desk: Desk): Work<string> {
  if (/\b(?:what|which|list|how many)\b.*\btools?\b/i.test(clause.text)) return tellTools(desk);
  if (clause.pick !== undefined) return yield* answerPick(clause, clause.pick, desk);
  if (clause.wants !== 'none') {
    const path = subjectOf(clause, desk);
    if (path !== undefined) return yield* answerText(clause, path, desk);
    const folder = clause.paths.find(({ sure }) => sure)?.path;
    if (clause.wants === 'about' && folder !== undefined) return yield* answerFolder(clause, folder, desk);
  }
  const [best] = rankTools(desk.tools, clause.words);
  if (asksForThings(clause) && (best === undefined || takesPath(best.tool))) {
    const listing = yield* listThings(clause, desk);
    if (typeof listing === 'string') return listing;
    if (listing !== undefined) return answerListing(listing, clause, desk);
  }
  return yield* answerByWords(clause, desk);
}

function tellTools({ tools }: Desk): string {
  return `There are ${tools.length} tools: ${tools.map(({ name }) => name).join(', ')}.`;
}

/** "the smallest one": finds the things, their sizes, and the one that is meant; reads it where that is asked. */
function* answerPick(clause: Clause, pick: NonNullable<Clause['pick']>, desk: Desk): Work<string> {
  let things = clause.refersBack ? desk.subjects : [];
  if (things.length === 0) {
    const listing = yield* listThings(clause, desk);
    if (typeof listing === 'string') return listing;
    things = listing?.entries.map(({ path }) => path) ?? [];
  }
  if (things.length === 0) return `I found nothing to pick the ${pick.order} from.`;
  const measured = yield* measureThings(things, pick, desk);
  const chosen = measured.slice(0, pick.count);
  const [first] = chosen;
  if (first === undefined) return `I could not find out any size, so I cannot tell the ${pick.order}.`;
  desk.subjects = chosen.map(({ path }) => path);
  const told = tellPick(measured, pick);
  return clause.wants === 'none' ? told : `${told}\n${yield* answerText(clause, first.path, desk)}`;
}

/** The file whose text is asked about. */
function subjectOf({ paths, refersBack }: Clause, desk: Desk): string | undefined {
  const named = paths.find(({ isFile }) => isFile)?.path;
  if (named !== undefined || !refersBack || desk.subjects.length > 1) return named;
  return desk.subjects[0];
}

function* answerText(clause: Clause, path: string, desk: Desk): Work<string> {
  const read = yield* readPath(clause, path, desk);
  if (read === undefined) return `No tool reads ${path}.`;
  desk.subjects = [read.path];
  if (read.finding.isError) return tellFailure(read.call.name, read.finding.text);
  return tellText(clause, read.path, read.finding.text);
}

/** What a folder is about stands in its README, where it has one. */
function* answerFolder(clause: Clause, folder: string, desk: Desk): Work<string> {
  const listing = yield* listThings({ ...clause, kind: undefined }, desk);
  if (typeof listing === 'string') return listing;
  if (listing === undefined) return `No tool lists ${folder}.`;
  const readme = listing.entries.find(({ path }) => /(?:^|[/\\])readme(?:\.\w+)?$/i.test(path));
  return readme === undefined ? answerListing(listing, clause, desk) : yield* answerText(clause, readme.path, desk);
}

function asksForThings({ kind, glob, counts, text }: Clause): boolean {
  const named = kind !== undefined || glob !== undefined;
  return named && (counts || /\b(?:which|what|list|find|search|show|all)\b/i.test(text));
}

function answerListing(listing: Listing, clause: Clause, desk: Desk): string {
  desk.subjects = listing.entries.map(({ path }) => path);
  return tellListing(listing, clause);
}

/** Anything else: the tool whose words fit best. */
function* answerByWords(clause: Clause, desk: Desk): Work<string> {
  const named = clause.paths.map(({ path }) => path);
  const paths = named.length > 0 ? named : clause.refersBack && desk.subjects.length > 0 ? desk.subjects : ['.'];
  const aboutFile = clause.paths.some(({ isFile }) => isFile);
  const visited = yield* visit(desk, clause.words, { clause, paths }, ({ tool: { name }, isSaid }) => {
    if (!isSaid && !namesSomething(clause)) return false;
    return !aboutFile || !/director/i.test(name) || /file/i.test(name);
  });
  if (visited === undefined) return `No tool fits “${clause.text}”.`;
  const { call, finding, path } = visited;
  if (finding.isError) return tellFailure(call.name, finding.text);
  const entries = desk.entries(finding.text, path);
  if (entries !== undefined) {
    return answerListing({ entries, folder: path, call, isCut: finding.isCut }, clause, desk);
  }
  if (Object.values(call.arguments).includes(path)) desk.subjects = [path];
  return `${call.name} says: ${relevant(finding.text, clause)}`;
}

/** Words that are only implied are too little to call a tool by, unless there is something to call it with. */
function namesSomething({ paths, numbers, urls, quoted }: Clause): boolean {
  return paths.length + numbers.length + urls.length + quoted.length > 0;
}

/** The lines that hold a word of the clause, where the result is made of named values; else its beginning. */
function relevant(text: string, { words }: Clause): string {
  const lines = text.split('\n');
  if (lines.length > 1 && lines.every((line) => /^\w+: /.test(line))) {
    const fitting = lines.filter((line) => {
      const key = line.slice(0, line.indexOf(':'));
      return !key.startsWith('is') && wordsOf(key).some((word) => words.has(word));
    });
    if (fitting.length > 0) return fitting.join(', ');
  }
  return excerpt(text);
}

function tellFailure(name: string, text: string): string {
  return `${name} failed: ${excerpt(text, 2)}`;
}
