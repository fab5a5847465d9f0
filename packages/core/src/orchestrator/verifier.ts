import type { Message } from '../message/message.js';
import type { Call } from '../provider/call.js';

/** What is to be judged. */
export interface Attempt {
  /** The conversation that asked for it. */
  readonly messages: readonly Message[];
  /** The answer's text. */
  readonly text: string;
}

/** A judgement. */
export interface Verdict {
  /** 0 (useless) to 1 (right). Anything else fails the judgement. */
  readonly score: number;
  /** What to do better, for the next attempt. */
  readonly feedback?: string | undefined;
  /** Of an answer that is still growing: more text would change nothing, and it may end here. @defaultValue false */
  readonly isDecided?: boolean | undefined;
}

/** Scores answers. */
export interface Verifier {
  /** @throws TakoError when no judgement can be had; never a made-up score. */
  verify(attempt: Attempt, call: Call): Verdict | Promise<Verdict>;
  /** Scores an answer that is still growing; `undefined` where nothing can be said yet. */
  verifyPartial?: ((attempt: Attempt, call: Call) => Verdict | undefined | Promise<Verdict | undefined>) | undefined;
}

/** Decides whether an answer is good enough: a verifier whose score is a confidence. */
export type Guard = Verifier;
