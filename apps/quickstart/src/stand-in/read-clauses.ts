import { impliedWords } from './implied-words.js';
import { readMentions, type Mentions } from './mentions.js';
import { wordsOf } from './words.js';

/** One thing that is asked for: a question or a command out of a prompt. */
export interface Clause extends Mentions {
  readonly text: string;
  /** Words by weight: 1 for those that stand there, less for those that are implied. */
  readonly words: ReadonlyMap<string, number>;
  /** Things are to be counted. */
  readonly counts: boolean;
  /** What kind of things, where that is said. */
  readonly kind: 'file' | 'directory' | undefined;
  /** One or more are to be picked by size. */
  readonly pick: { readonly order: 'smallest' | 'largest'; readonly count: number } | undefined;
  /** What is to be told of a text. */
  readonly wants: 'about' | 'contents' | 'heading' | 'lines' | 'none';
  /** It speaks of what an earlier clause was about: "it", "the smallest one". */
  readonly refersBack: boolean;
}

/** Takes a prompt apart at sentence ends and at "and" before another question or command. */
export function readClauses(prompt: string): Clause[] {
  const kept: string[] = [];
  // What stands in quotes is one word until the cutting is done.
  const masked = prompt.replaceAll(/"[^"]*"|`[^`]*`|“[^”]*”/g, (quoted) => `\uE000${kept.push(quoted) - 1}\uE001`);
  return masked
    .split(boundary)
    .map((piece) => piece.replaceAll(/\uE000(\d+)\uE001/g, (_, at: string) => kept[Number(at)] ?? '').trim())
    .map((piece) => piece.replace(/^(?:(?:and|then|also|please)\s+)+/i, ''))
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece))
    .map(readClause);
}

const starts =
  'what|which|who|how|where|when|why|tell|show|read|list|give|count|find|open|echo|say|explain|describe|summari[sz]e|' +
  'print|search|get|create|write|display|add|repeat|look';

const boundary = new RegExp(
  String.raw`(?<=[?!;])\s+|(?<=\.)\s+(?=\S)|[;\n]+|,?\s+(?:and\s+)?then\s+|,?\s+(?:and|also)\s+(?:also\s+)?(?=(?:${starts})\b)|,\s+(?=(?:${starts})\b)`,
  'iu',
);

/** A clause that asks for nothing: for calls that come from earlier results alone. */
export const noClause: Clause = {
  text: '',
  rest: '',
  words: new Map(),
  quoted: [],
  urls: [],
  paths: [],
  numbers: [],
  glob: undefined,
  counts: false,
  kind: undefined,
  pick: undefined,
  wants: 'none',
  refersBack: false,
};

function readClause(text: string): Clause {
  const words = new Map<string, number>();
  const mentions = readMentions(text);
  for (const word of impliedWords(text)) words.set(word, 0.6);
  if (mentions.paths.some(({ isFile }) => isFile)) words.set('fil', 0.6);
  for (const word of wordsOf(mentions.rest)) words.set(word, 1);
  return {
    ...mentions,
    text,
    words,
    counts: /\bhow many\b|\bnumber of\b|\bcount\b/i.test(text),
    kind: readKind(text),
    pick: readPick(text),
    wants: readWants(text),
    refersBack:
      !mentions.paths.some(({ sure }) => sure) &&
      /\b(?:it|its|they|them|their|that|those|ones?|the (?:small|larg|bigg)est)\b/i.test(text),
  };
}

function readKind(text: string): Clause['kind'] {
  if (/\b(?:folders?|director(?:y|ies)|subfolders?)\b(?!\s+["'`]?[\w-]*\/)/i.test(text) && !/\bfiles?\b/i.test(text)) {
    return /\b(?:this|current|the|working)\s+(?:folder|directory)\b/i.test(text) ? undefined : 'directory';
  }
  return /\b(?:files?|modules?|scripts?)\b/i.test(text) ? 'file' : undefined;
}

const countWords = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function readPick(text: string): Clause['pick'] {
  const match = /(?:\b(\w+)\s+)?\b(smallest|shortest|tiniest|largest|longest|biggest)\b/i.exec(text);
  if (match === null) return undefined;
  const [, before = '', order = ''] = match;
  const count = /^\d+$/.test(before) ? Number(before) : countWords.indexOf(before.toLowerCase()) + 1;
  return { order: /^(?:small|short|tin)/i.test(order) ? 'smallest' : 'largest', count: Math.max(1, count) };
}

function readWants(text: string): Clause['wants'] {
  if (/\bhow many lines\b|\bnumber of lines\b|\bcount\b.*\blines\b/i.test(text)) return 'lines';
  if (/\bheadings?\b|\btitles?\b/i.test(text)) return 'heading';
  if (
    /\bwhat (?:do|does|is|are)\b.*\b(?:do|about|for|say|contain)\b|\b(?:explain|describe|summari[sz]e)\b/i.test(text)
  ) {
    return 'about';
  }
  return /^\W*(?:please\s+)?(?:read|open|show|print|cat|display|view)\b|\bcontents? of\b/i.test(text)
    ? 'contents'
    : 'none';
}
