import { invalidOptions } from '@tako/core';

/** Options of `acmeCorp`. */
export interface AcmeCorpOptions {
  /** What to call it. @defaultValue `acme-corp` */
  readonly name?: string | undefined;
}

/**
 * Replace this with the first thing that the package does.
 *
 * @throws `invalid` when the name is empty.
 */
export function acmeCorp(options: AcmeCorpOptions = {}): string {
  const { name = 'acme-corp' } = options;
  if (name === '') throw invalidOptions('acmeCorp', 'name must not be empty');
  return name;
}
