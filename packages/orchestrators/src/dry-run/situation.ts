import type { Worker } from '../tree/worker.js';
import type { Bound } from './bound.js';

/** Where a piece of work stands: what is asked of it, and what the runs around it leave it. */
export interface Situation {
  /** Tokens of the prompt, as `estimateUsage` counts them, at the most; `Infinity` where nobody knows. */
  readonly promptTokens: number;
  /** The longest answer that the caller asked for. */
  readonly maxOutputTokens: number | undefined;
  /** Whether the caller brought tools of its own. */
  readonly hasTools: boolean;
  readonly depthLeft: number;
  readonly roundsLeft: number;
  /** What a worker inside uses. */
  readonly boundOf: (worker: Worker, situation: Situation) => Bound;
}

/** Tokens of a text, as `estimateUsage` counts them. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Tokens of a text that is quoted line by line: of nothing but empty lines it is three times as long. */
export function quotedTokens(tokens: number): number {
  return 3 * tokens + 1;
}
