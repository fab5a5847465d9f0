import { isDeepStrictEqual } from 'node:util';

import { invalidOptions, type Call, type JsonValue, type Verifier } from '@tako/core';

import type { EvalTask } from './task.js';

/** An answer that is to be graded. */
export interface GradedAnswer {
  readonly task: EvalTask;
  readonly text: string;
  /** The structured output, where there is one. */
  readonly output?: unknown;
}

/** How good an answer is: 0 to 1, or right and wrong. */
export type Grade = number | boolean | { readonly score: number; readonly feedback?: string | undefined };

/** Grades answers. What it throws is a grading that failed, and is told as such; the others go on. */
export type Grader = (answer: GradedAnswer, call: Call) => Grade | Promise<Grade>;

/** Right where the answer is the expected text, white space at its ends aside. */
export function exactMatch(options: { readonly ignoreCase?: boolean | undefined } = {}): Grader {
  const plain = (text: string): string => (options.ignoreCase === true ? text.trim().toLowerCase() : text.trim());
  return ({ task, text }) => plain(text) === plain(expectedText(task));
}

/** Right where the expected text stands somewhere in the answer. */
export function containsExpected(options: { readonly ignoreCase?: boolean | undefined } = {}): Grader {
  return ({ task, text }) =>
    options.ignoreCase === true
      ? text.toLowerCase().includes(expectedText(task).toLowerCase())
      : text.includes(expectedText(task));
}

/** Right where the answer, or its structured output, is the expected JSON; the order of keys aside. */
export function jsonEquals(): Grader {
  return ({ task, text, output }) => {
    if (output !== undefined) return isDeepStrictEqual(output, task.expected);
    try {
      return isDeepStrictEqual(JSON.parse(text), task.expected);
    } catch {
      return false; // an answer that is no JSON is wrong
    }
  };
}

/** Right where the last number in the answer is the expected one, within `tolerance`. @defaultValue tolerance 0 */
export function numberEquals(options: { readonly tolerance?: number | undefined } = {}): Grader {
  const { tolerance = 0 } = options;
  if (!(tolerance >= 0)) throw invalidOptions('numberEquals', `tolerance must be at least 0, got ${tolerance}`);
  return ({ task, text }) => {
    const wanted = Number(task.expected);
    if (Number.isNaN(wanted)) throw invalidOptions('numberEquals', `task ${task.id} expects no number`);
    const said = text
      .match(/-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?/gi)
      ?.at(-1)
      ?.replaceAll(',', '');
    return said !== undefined && Math.abs(Number(said) - wanted) <= tolerance;
  };
}

/** The score of a verifier: a judge, a test run, whatever core's contract takes. */
export function verified(verifier: Verifier): Grader {
  return ({ task, text }, call) => {
    const messages =
      typeof task.input === 'string'
        ? [{ role: 'user' as const, content: [{ type: 'text' as const, text: task.input }] }]
        : task.input;
    return verifier.verify({ messages, text }, call);
  };
}

function expectedText({ id, expected }: EvalTask): string {
  if (typeof expected === 'string') return expected;
  if (typeof expected === 'number' || typeof expected === 'boolean') return String(expected satisfies JsonValue);
  throw invalidOptions('grader', `task ${id} has no expected text`);
}
