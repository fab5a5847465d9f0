import {
  chat,
  invalidOptions,
  plainMessages,
  providerError,
  textOf,
  type Call,
  type Message,
  type Provider,
} from '@tako/core';

import type { AskingVerifier } from '../asks.js';
import { KeyedOnce } from './keyed-once.js';

/** What `majority` takes. */
export interface MajorityOptions {
  /** Who answers the question again and again. */
  readonly provider: Provider;
  /** How often. @defaultValue 5 */
  readonly samples?: number | undefined;
  /** What makes two answers the same, for example the number after "Answer:". @defaultValue the answer without space and case */
  readonly key?: ((answer: string) => string) | undefined;
  /** @defaultValue 0.7 */
  readonly temperature?: number | undefined;
  /** Questions whose samples are kept. @defaultValue 100 */
  readonly maxQuestions?: number | undefined;
}

/**
 * Scores an answer by how many independent answers say the same: self-consistency. For answers that can be compared, such as
 * numbers and choices. The samples of a conversation are asked for once in a run, and paid for by that run; one that fails
 * does not count.
 *
 * @throws `invalid` for options that cannot work. `verify` throws what the provider throws, where all samples fail.
 * @see https://arxiv.org/abs/2203.11171 (read 2026-11-23)
 */
export function majority(options: MajorityOptions): AskingVerifier {
  const { provider, samples = 5, key = plainKey, temperature = 0.7, maxQuestions = 100 } = options;
  if (!(Number.isInteger(samples) && samples >= 1)) {
    throw invalidOptions('majority', `samples must be a whole number from 1, got ${samples}`);
  }
  if (!(maxQuestions >= 1)) throw invalidOptions('majority', `maxQuestions must be at least 1, got ${maxQuestions}`);
  const sampled = new KeyedOnce<readonly string[]>(maxQuestions);

  const sample = async (messages: readonly Message[], call: Call): Promise<readonly string[]> => {
    const asked = Array.from({ length: samples }, () => chat(provider, { messages, temperature }, call));
    const settled = await Promise.allSettled(asked);
    const answers = settled.flatMap((end) => (end.status === 'fulfilled' ? [textOf(end.value.message)] : []));
    const failure: unknown = settled.find((end) => end.status === 'rejected')?.reason;
    if (answers.length === 0) throw failure ?? providerError('malformed_response', 'no sample came back');
    return answers;
  };

  return {
    asks: [{ worker: provider, calls: samples }],
    async verify({ messages, text }, call) {
      const question = JSON.stringify([call.runId, plainMessages(messages)]);
      const answers = await sampled.get(question, call.signal, () => sample(messages, call));
      const mine = key(text);
      const agreeing = answers.filter((answer) => key(answer) === mine).length;
      const feedback = `${agreeing} of ${answers.length} independent answers say the same.`;
      return { score: agreeing / answers.length, feedback };
    },
  };
}

function plainKey(answer: string): string {
  return answer.replaceAll(/\s+/g, '').toLowerCase();
}
