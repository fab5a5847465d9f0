/** Scripts whose characters take two columns in a terminal, and emoji. Source: https://www.unicode.org/reports/tr11/ (read 2026-11-23). */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const invisible = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += invisible.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** A text on one line, cut at so many columns with a visible mark. */
export function shorten(text: string, columns: number): string {
  const line = harmless(text).replaceAll(/\s+/g, ' ').trim();
  if (widthOf(line) <= columns) return line;
  let kept = '';
  let width = 0;
  for (const character of line) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** A text that is filled up to so many columns. */
export function padded(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const gap = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return side === 'right' ? text + gap : gap + text;
}

/** A text broken into lines of at most so many columns, its own lines kept. */
export function wrapped(text: string, columns: number): string[] {
  return harmless(text)
    .split('\n')
    .flatMap((line) => {
      const lines: string[] = [];
      let current = '';
      for (const word of line.split(/ /)) {
        const longer = current === '' ? word : `${current} ${word}`;
        if (current !== '' && widthOf(longer) > columns) {
          lines.push(current);
          current = word;
        } else current = longer;
      }
      return [...lines, current];
    });
}

/** Text from a model, without characters that could steer the terminal. */
export function harmless(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(steering, '\uFFFD');
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const steering = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;
