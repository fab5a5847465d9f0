/** How many features a prompt has: the width of the classifier's input. */
export const promptFeatureCount = 16;

const codeWords = ['fn ', 'def ', 'class ', 'import ', 'function ', 'return ', 'let ', 'const '];

/**
 * The 16 numbers that stand for a prompt, for classifiers trained with the same. They look for English words: a model that
 * was trained on them knows no more than that. Lengths are in bytes of UTF-8.
 *
 * In order: log10(1 + length); words / 100, at most 1; has `?`; has a back-tick; has a word of code; has a sign of
 * mathematics; share of digits; share of capitals; speaks of code; of math or solving; of explaining; of checking; lines / 20, at
 * most 1; share of punctuation; has parentheses, as many closed as opened; always 1. An empty prompt is zeros and the 1.
 */
export function promptFeatures(text: string): number[] {
  const length = new TextEncoder().encode(text).length;
  if (length === 0) return [...Array.from({ length: promptFeatureCount - 1 }, () => 0), 1];
  const lower = text.toLowerCase();
  const has = (...parts: readonly string[]): number => (parts.some((part) => lower.includes(part)) ? 1 : 0);
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const [opened, closed] = [count(/\(/g), count(/\)/g)];
  return [
    Math.log10(1 + length),
    Math.min(count(/\S+/g) / 100, 1),
    has('?'),
    has('`'),
    has(...codeWords),
    has('=', '+', '*', '/', '^', '∫', '∑', '√'),
    count(/[0-9]/g) / length,
    count(/[A-Z]/g) / length,
    has('code'),
    has('math', 'solve'),
    has('explain', 'describe'),
    has('verify', 'check', 'prove'),
    Math.min(count(/\n/g) / 20, 1),
    count(/[.,;:!]/g) / length,
    opened > 0 && opened === closed ? 1 : 0,
    1,
  ];
}
