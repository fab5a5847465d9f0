import { stem, wordsOf } from './words.js';

/** A path that a text names. */
interface PathMention {
  readonly path: string;
  /** Whether it looks like a file. */
  readonly isFile: boolean;
  /** False for a bare word that may be a folder's name: "in packages". */
  readonly sure: boolean;
}

/** A number, and the words beside it: "the first 3 lines" has `first` and `line`. */
export interface NumberMention {
  readonly value: number;
  readonly beside: ReadonlySet<string>;
}

/** What a text names that could be an argument of a tool. */
export interface Mentions {
  readonly quoted: readonly string[];
  readonly urls: readonly string[];
  readonly paths: readonly PathMention[];
  readonly numbers: readonly NumberMention[];
  /** A pattern of file names, in all folders below: `*.md` for "Markdown files". */
  readonly glob: string | undefined;
  /** The text without quotes, URLs, paths and patterns: the words that say what is wanted. */
  readonly rest: string;
}

const quotes = /"([^"]+)"|“([^”]+)”|`([^`]+)`|(?<![\p{L}\p{N}])'([^']+)'/gu;
const urlForm = /\b(?:https?|data):[^\s"'`<>]+/g;

/** "find index.ts": the name is what to look for, not where. */
const soughtFile =
  /\b(?:find|locate|where(?:'s| is| are)|look for|search for)\s+(?:the\s+)?(?:files?\s+)?["'`]?([\w-][\w.-]*\.[a-z]\w{0,7})\b(?![/*])/i;

/** ".ts files": no path. */
const kindOfFiles = /\B\.[a-z]\w{0,7}(?=\s+(?:files?|modules?)\b)/gi;

/** Reads the arguments that a text names. */
export function readMentions(text: string): Mentions {
  const quoted = Array.from(
    text.matchAll(quotes),
    (match) => match.slice(1).find((group) => group !== undefined) ?? '',
  );
  const urls = text.match(urlForm)?.map((url) => url.replace(/[.,;:!?)]+$/, '')) ?? [];
  const plain = text.replaceAll(urlForm, ' ');
  const sought = soughtFile.exec(plain)?.[1];
  const paths = readPaths((sought === undefined ? plain : plain.replace(sought, ' ')).replaceAll(kindOfFiles, ' '));
  const glob = sought === undefined ? readGlob(plain) : `**/${sought}`;
  const named = new Set(paths.filter(({ sure }) => sure).map(({ path }) => path));
  const words = plain.replaceAll(quotes, ' ').split(/\s+/);
  const rest = words.filter((word) => !named.has(bareWord(word)) && !word.includes('*')).join(' ');
  return { quoted, urls, paths, numbers: readNumbers(plain), glob, rest };
}

function readPaths(text: string): PathMention[] {
  const paths: PathMention[] = [];
  for (const word of text.split(/\s+/)) {
    const path = bareWord(word);
    if (/\*|^(?:e\.g|i\.e)$/i.test(path) || !/^[\p{L}\p{N}._~@/\\-]+$/u.test(path)) continue;
    const isFile = /[^./\\][^/\\]*\.[a-z][a-z0-9]{0,7}$/i.test(path) || /(?:^|\/)\.[a-z][\w-]+$/i.test(path);
    if (isFile || /^\.{1,2}$/.test(path) || /[\p{L}\p{N}._~@]\/|^\//u.test(path)) {
      paths.push({ path, isFile, sure: true });
    }
  }
  if (paths.length > 0) return paths;
  if (/\bhere\b|\b(?:this|my|current|working)\s+(?:folder|directory|project|repository|repo|package)\b/i.test(text)) {
    paths.push({ path: '.', isFile: false, sure: true });
  }
  const bare =
    /\b(?:in|inside|under|within|of)\s+(?:the\s+)?(?:folder\s+|directory\s+)?["'`]?([\p{L}_][\p{L}\p{N}_-]+)\b(?!\s+files?\b)/giu;
  for (const [, name = ''] of text.matchAll(bare)) {
    if (wordsOf(name).length > 0 && !notNames.has(name.toLowerCase()))
      paths.push({ path: name, isFile: false, sure: false });
  }
  return paths;
}

/** A word without the quotes and marks around it, and without a slash at its end. */
function bareWord(word: string): string {
  return word
    .replace(/^["'`“(]+/, '')
    .replace(/(?<=[^.])["'`”),;:!?]*\.?["'`”),;:!?]*$/, '')
    .replace(/(?<=.)\/+$/, '');
}

/** Words that follow "in" or "of" and are no folder's name. */
const notNames = new Set(
  (
    'folder directory total order detail details general size lines words file files type code text one ones each all ' +
    'smallest shortest tiniest largest longest biggest first second third last next'
  ).split(' '),
);

function readNumbers(text: string): NumberMention[] {
  const numbers: NumberMention[] = [];
  const tokens = text.split(/([+*=()\s,;?!]+)/).filter((token) => token.trim() !== '');
  for (const [at, token] of tokens.entries()) {
    if (!/^-?\d+(?:\.\d+)?\.?$/.test(token)) continue;
    const beside = new Set([tokens[at - 1], tokens[at + 1]].flatMap((word) => wordsOf(word ?? '')));
    if (/^first$/i.test(tokens[at - 1] ?? '')) beside.add(stem('first'));
    numbers.push({ value: Number(token), beside });
  }
  return numbers;
}

/** Kinds of files by the words for them. */
const extensions: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\btypescript\b/i, ['ts', 'tsx', 'mts', 'cts']],
  [/\bjavascript\b/i, ['js', 'jsx', 'mjs', 'cjs']],
  [/\bmarkdown\b/i, ['md']],
  [/\bya?ml\b/i, ['yaml', 'yml']],
  [/\bpython\b/i, ['py']],
  [/\brust\b/i, ['rs']],
  [/\bruby\b/i, ['rb']],
  [/\bshell\b/i, ['sh']],
  [/\bgo\b/i, ['go']],
  [/\bjava\b/i, ['java']],
  [/\b(?:images?|pictures?)\b/i, ['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg']],
];

function readGlob(text: string): string | undefined {
  const written = /(?:^|[\s"'`(])((?:[\w.-]+\/)*[\w.-]*\*[^\s"'`,;?)]*)/.exec(text)?.[1];
  if (written !== undefined && /[\p{L}./]/u.test(written)) return written.includes('/') ? written : `**/${written}`;
  if (!/\b(?:files?|modules?|sources?|documents?|scripts?)\b/i.test(text)) return undefined;
  const named = /\b(?:named|called)\s+["'`]?([\w.-]+)/i.exec(text)?.[1];
  if (named !== undefined) return `**/${named}`;
  const known = extensions.find(([sign]) => sign.test(text))?.[1];
  const spelled = /\.([a-z][a-z0-9]{0,4})\s+(?:files?|modules?)\b/i.exec(text)?.[1] ?? shortKind(text);
  const endings = known ?? (spelled === undefined ? [] : [spelled]);
  if (endings.length === 0) return undefined;
  return endings.length === 1 ? `**/*.${endings.join('')}` : `**/*.{${endings.join(',')}}`;
}

/** "json files" */
function shortKind(text: string): string | undefined {
  return /\b(json|toml|html?|css|svg|txt|csv|xml|ts|tsx|js|mjs|md|py|rs|sh|sql|lock)\s+(?:files?|modules?)\b/i
    .exec(text)?.[1]
    ?.toLowerCase();
}
