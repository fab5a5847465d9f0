import { commentOf } from './comment-of.js';
import type { Clause } from './read-clauses.js';

/** Says of a text what a clause wants to know. */
export function tellText({ wants, text: asked }: Pick<Clause, 'wants' | 'text'>, path: string, text: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  switch (wants) {
    case 'lines':
      return `${path} has ${lines.length} lines.`;
    case 'heading':
      return tellHeadings(asked, path, lines);
    case 'about':
      return tellAbout(path, text);
    case 'contents':
    case 'none':
      return `${path} (${lines.length} lines) reads:\n${excerpt(text)}`;
    default:
      return wants satisfies never;
  }
}

function tellHeadings(asked: string, path: string, lines: readonly string[]): string {
  const headings = withoutFences(lines).flatMap((line) => /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1] ?? []);
  if (headings.length === 0) return `${path} has no heading.`;
  if (/\bheadings\b/i.test(asked)) return `The headings of ${path} are: ${headings.map(quote).join(', ')}.`;
  const last = /\blast\b/i.test(asked);
  return `The ${last ? 'last' : 'first'} heading of ${path} is ${quote(headings.at(last ? -1 : 0) ?? '')}.`;
}

/** A `#` inside a code block is a comment. */
function withoutFences(lines: readonly string[]): string[] {
  let fenced = false;
  return lines.filter((line) => {
    const fence = /^\s*(?:```|~~~)/.test(line);
    if (fence) fenced = !fenced;
    return !fenced && !fence;
  });
}

function tellAbout(path: string, text: string): string {
  if (/\.(?:md|markdown|txt|rst)$/i.test(path)) return tellProse(path, text);
  const comment = commentOf(text);
  const names = Array.from(
    text.matchAll(
      /^export\s+(?:default\s+)?(?:async\s+)?(?:abstract\s+)?(?:const|let|function\*?|class|interface|type|enum)\s+([\w$]+)/gm,
    ),
    ([, name]) => name,
  );
  const exported = names.length === 0 ? '' : ` It exports ${names.join(', ')}.`;
  if (comment !== undefined) return `${path} says about itself: ${quote(comment)}.${exported}`;
  return `${path} says nothing about itself.${exported} It begins:\n${excerpt(text, 8)}`;
}

function tellProse(path: string, text: string): string {
  const blocks = text.split(/\n\s*\n/).map((block) => block.trim());
  const heading = blocks
    .find((block) => block.startsWith('#'))
    ?.split('\n')[0]
    ?.replace(/^#+\s*/, '');
  const paragraph = blocks.find((block) => /^[\p{L}\p{N}*_`"[]/u.test(block) && !block.startsWith('[!['));
  const title = heading === undefined ? '' : ` is headed ${quote(heading)} and`;
  return paragraph === undefined
    ? `${path} begins:\n${excerpt(text, 8)}`
    : `${path}${title} begins: ${quote(paragraph.replaceAll(/\s+/g, ' '))}.`;
}

/** The beginning of a text. */
export function excerpt(text: string, maxLines = 12): string {
  const lines = text.trim().split('\n');
  const shown = lines.slice(0, maxLines).join('\n').slice(0, 1_200);
  return shown.length < text.trim().length ? `${shown} …` : shown;
}

function quote(text: string): string {
  return `“${text.replace(/\.$/, '')}”`;
}
