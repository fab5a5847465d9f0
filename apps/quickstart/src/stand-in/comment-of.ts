/** What a source file says about itself: its first comment of more than a word or two, as one line of text. */
export function commentOf(source: string): string | undefined {
  for (const [comment] of source.matchAll(commentForms)) {
    const text = comment
      .replaceAll(/^\s*(?:\/\*\*?|\*\/|\*(?!\/)|\/\/+|#+|"""|''')/gm, '')
      .replaceAll(/\*\/|"""|'''/g, '')
      .replaceAll(/^\s*@\w+.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
    if (text.split(' ').length > 2 && !/^(?:copyright|licen[sc]ed?|spdx|eslint|oxlint|!)/i.test(text)) return text;
  }
  return undefined;
}

/** A block comment, a doc string, or line comments that stand together; a shebang is none. */
const commentForms = /\/\*[\s\S]*?\*\/|"""[\s\S]*?"""|(?:^[ \t]*\/\/.*(?:\n|$))+|(?:^#(?!!).*(?:\n|$))+/gm;
