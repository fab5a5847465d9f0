/**
 * A text of somebody else, as data: every line stands behind `> `, so that it cannot pass for an instruction of ours, nor
 * end its own quotation.
 */
export function quoted(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n');
}

/** A text of at most about `maxCharacters`: of a longer one the middle is left out, with a mark. */
export function condensed(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const half = Math.max(1, Math.floor(maxCharacters / 2));
  return `${text.slice(0, half)}\n[… ${text.length - 2 * half} characters left out …]\n${text.slice(-half)}`;
}
