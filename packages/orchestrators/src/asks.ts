import type { Router, Verifier } from '@tako/core';

import type { Worker } from './tree/worker.js';

/** Model calls that are made beside an answer, at the most. */
export interface Asked {
  /** Who is asked; of several, one of them. */
  readonly worker: Worker | readonly Worker[];
  /** How often. */
  readonly calls: number;
}

/** Says what it asks of models, for `dryRun`. */
export interface AsksModels {
  /**
   * What one verdict, one route, one call or one run of it asks, at the most; `[]` where it asks nothing. Absent or
   * `undefined` where that is not known.
   */
  readonly asks?: readonly Asked[] | undefined;
}

/** A verifier that says what it asks: all of this package do. */
export type AskingVerifier = Verifier & AsksModels;

/** What all of these ask together, each once; `undefined` where one does not say. */
export function asksOf(parts: readonly (Verifier | Router)[]): readonly Asked[] | undefined {
  // Whoever says it has the field, whatever its type is called.
  const asked = parts.map((part) => (part as AsksModels).asks);
  return asked.includes(undefined) ? undefined : asked.flatMap((each) => each ?? []);
}
