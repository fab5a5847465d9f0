import { invalidOptions } from '@tako/core';

/** A pattern that looks at a bounded piece of text. */
export interface BoundedPattern {
  readonly source: string;
  /** Whether it is found in the first characters of the text. */
  test(text: string): boolean;
}

/**
 * A regular expression for text that strangers write.
 *
 * Text beyond `maxCharacters` is not looked at, which bounds what a slow pattern costs; a pattern that repeats a group
 * which itself repeats, like `(a+)+`, could take longer than anybody lives on 40 characters, and is refused.
 *
 * @throws `invalid` for a pattern that is refused, or is none.
 */
export function boundedPattern(pattern: RegExp | string, maxCharacters: number, where: string): BoundedPattern {
  const { source, flags } = typeof pattern === 'string' ? { source: pattern, flags: 'u' } : pattern;
  if (!(maxCharacters >= 1)) throw invalidOptions(where, `maxCharacters must be at least 1, got ${maxCharacters}`);
  if (hasNestedRepeat(source)) {
    throw invalidOptions(where, `/${source}/ repeats a group that itself repeats, and may never end; rewrite it`);
  }
  let compiled: RegExp;
  try {
    // "g" and "y" would make it remember where it was.
    compiled = new RegExp(source, flags.replaceAll(/[gy]/g, ''));
  } catch (error) {
    throw invalidOptions(where, `/${source}/ is no regular expression: ${String(error)}`);
  }
  return { source, test: (text) => compiled.test(text.slice(0, maxCharacters)) };
}

/** Whether a group that holds an unbounded repeat is itself repeated without bound. */
function hasNestedRepeat(source: string): boolean {
  const groups: boolean[] = [false];
  let isClass = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (isClass) isClass = character !== ']';
    else if (character === '[') isClass = true;
    else if (character === '(') groups.push(false);
    else {
      const repeats = isUnbounded(source, at);
      if (character === ')') {
        const inner = groups.pop() ?? false;
        if (inner && isUnbounded(source, at + 1)) return true;
        groups.push((groups.pop() ?? false) || inner);
      } else if (repeats) groups[groups.length - 1] = true;
    }
  }
  return false;
}

/** Whether `*`, `+`, `{3,}` or a long `{3,500}` stands here. */
function isUnbounded(source: string, at: number): boolean {
  if (source[at] === '*' || source[at] === '+') return true;
  const counts = /^\{\d+,(\d*)\}/.exec(source.slice(at, at + 24));
  return counts !== null && (counts[1] === '' || Number(counts[1]) > 20);
}
