/** The shortest secret that can be told from chance. */
const leastCharacters = 6;

/** One way in which a secret may be written. */
export interface CanaryForm {
  readonly form: 'plain' | 'base64' | 'hex';
  /** Every piece that says as much as the whole, all of the same length. */
  readonly pieces: ReadonlySet<string>;
  readonly pieceLength: number;
}

/**
 * How a secret looks as it is, in base64 (of either alphabet, also as a part of something longer) and in hexadecimal digits.
 *
 * @throws an `Error` for one that is so short that it turns up by chance.
 */
export function canaryForms(canary: string): CanaryForm[] {
  if (canary.length < leastCharacters) {
    throw new Error(
      `leaks: a secret of ${canary.length} characters turns up by chance; take ${leastCharacters} or more`,
    );
  }
  const bytes = Buffer.from(canary);
  const based = [0, 1, 2].map((offset) => base64At(bytes, offset));
  return [
    formOf('plain', [canary]),
    formOf('base64', [...based, ...based.map(toUrlAlphabet)]),
    formOf('hex', [bytes.toString('hex')]),
  ];
}

/** What is certain of the base64 text of anything that has `bytes` after `offset` (modulo 3) others. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const certain = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(Math.ceil((offset * 8) / 6), certain);
}

function toUrlAlphabet(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

/** Half of a secret says enough to find the rest; of a long one 16 characters. */
function formOf(form: CanaryForm['form'], texts: readonly string[]): CanaryForm {
  const shortest = Math.min(...texts.map(({ length }) => length));
  const scale = form === 'plain' ? 1 : form === 'hex' ? 2 : 4 / 3;
  const pieceLength = Math.min(shortest, Math.round(Math.min(16, Math.max(8, shortest / scale / 2)) * scale));
  const pieces = new Set<string>();
  for (const text of texts) {
    for (let at = 0; at + pieceLength <= text.length; at++) pieces.add(text.slice(at, at + pieceLength));
  }
  return { form, pieces, pieceLength };
}
