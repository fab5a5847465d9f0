/** The first fenced block of an answer, or the answer itself where there is none. */
export function answerCode(text: string): string {
  const begin = text.indexOf('```');
  const inner = text.indexOf('\n', begin);
  if (begin < 0 || inner < 0) return text;
  const end = text.indexOf('\n```', inner);
  // A block that is never closed was cut off: what is there is all there is.
  return text.slice(inner + 1, end < 0 ? undefined : end + 1);
}
