/**
 * What an agent does on its turn.
 *
 * - `plan`: thinks ahead; its words guide the next turns
 * - `answer`: answers; the last such turn is the result
 * - `verdict`: accepts the answer or says what is wrong with it
 */
export type RolePurpose = 'plan' | 'answer' | 'verdict';

/** A part that agents play. */
export interface Role {
  readonly purpose: RolePurpose;
  /** What the agent is told to do. */
  readonly prompt: string;
  /** Who may play it, by name. @defaultValue every agent */
  readonly agents?: readonly string[] | undefined;
}

/**
 * Thinker, worker and verifier of TRINITY (arXiv:2512.04695), in words of our own.
 */
export const trinityRoles: Readonly<Record<'thinker' | 'worker' | 'verifier', Role>> = {
  thinker: {
    purpose: 'plan',
    prompt:
      'You are the thinker of a team. Do not answer the question. Say how it is best solved: what is asked, which steps lead ' +
      'there, which mistakes lie near, and what is wrong with the work so far, if there is any. If you know who should ' +
      'go on, end with a line "NEXT: worker" or "NEXT: verifier".',
  },
  worker: {
    purpose: 'answer',
    prompt:
      'You are the worker of a team. Answer the question completely, for the person who asked it. Use the plan and heed the ' +
      'objections that there are, but do not speak of the team.',
  },
  verifier: {
    purpose: 'verdict',
    prompt:
      'You are the verifier of a team. Check the last answer against the question, step by step, without trust. End with one ' +
      'line: "VERDICT: ACCEPT" if it is right and complete, else "VERDICT: REVISE" after having said exactly what is wrong.',
  },
};

// Within a line: a `\W` that runs on over a million empty lines, from each of them, takes hours.
const verdictLine = /^[^\w\n\r\u2028\u2029]*VERDICT[^\w\n\r\u2028\u2029]+([A-Z]+)/gim;
const nextLine = /^[^\w\n\r\u2028\u2029]*NEXT[^\w\n\r\u2028\u2029]+([\w-]+)/gim;

/** Reads the last `VERDICT:` line. Whatever cannot be read is no ACCEPT. */
export function readVerdict(text: string): boolean {
  const last = [...text.matchAll(verdictLine)].at(-1);
  return last?.[1]?.toUpperCase() === 'ACCEPT';
}

/** Reads the last `NEXT:` line. */
export function readNext(text: string): string | undefined {
  return [...text.matchAll(nextLine)].at(-1)?.[1];
}
