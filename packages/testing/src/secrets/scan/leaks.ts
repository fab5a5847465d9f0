import { canaryForms } from './canary-forms.js';
import { readings } from './readings.js';
import { shownTexts } from './shown-texts.js';

/** A secret found where it must not be. It does not repeat the secret. */
export interface Leak {
  /** Which of the canaries, counted from 0. */
  readonly canary: number;
  /** `output 0.cause.message`, `inspect(output 1)`. */
  readonly where: string;
  /** How it was written. Escapes of JSON, URLs and HTML count as plain. */
  readonly form: 'plain' | 'base64' | 'hex';
}

/**
 * Looks for secrets in whatever came out of a program: errors (with stack, causes and fields), results, log lines, attributes of
 * traces. It finds a secret as it is, in base64 and hex, escaped for JSON, URLs and HTML, and any half of it (of a long one 16
 * characters in a row).
 *
 * ```ts
 * expect(leaks([apiKey], error, logLines, span.attributes)).toEqual([]);
 * ```
 *
 * @param canaries texts of at least 6 characters that do not occur by chance
 * @returns what was found, at most once for each place, canary and form
 */
export function leaks(canaries: readonly string[], ...outputs: readonly unknown[]): Leak[] {
  const wanted = canaries.map(canaryForms);
  const found = new Map<string, Leak>();
  const clean = new Set<string>();
  for (const [at, output] of outputs.entries()) {
    for (const { where, text } of shownTexts(output, `output ${at}`)) {
      if (clean.has(text)) continue;
      const before = found.size;
      const texts = [...readings(text)];
      for (const [canary, forms] of wanted.entries()) {
        for (const { form, pieces, pieceLength } of forms) {
          if (!texts.some((read) => holdsAny(read, pieces, pieceLength))) continue;
          found.set(JSON.stringify([canary, where, form]), { canary, where, form });
        }
      }
      if (found.size === before) clean.add(text);
    }
  }
  return [...found.values()];
}

/** Few pieces are sought one by one; of many, each place is looked up among them. */
function holdsAny(text: string, pieces: ReadonlySet<string>, pieceLength: number): boolean {
  if (text.length < pieceLength) return false;
  if (pieces.size <= 100) {
    for (const piece of pieces) if (text.includes(piece)) return true;
    return false;
  }
  for (let at = 0; at + pieceLength <= text.length; at++) {
    if (pieces.has(text.slice(at, at + pieceLength))) return true;
  }
  return false;
}
