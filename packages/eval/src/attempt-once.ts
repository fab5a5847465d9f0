import {
  chat,
  isTakoError,
  TakoError,
  textOf,
  user,
  type Call,
  type Clock,
  type ErrorCode,
  type Orchestrator,
  type Provider,
  type RunResult,
} from '@tako/core';

import type { Grade, Grader } from './graders.js';
import type { AttemptRecord, DrawnNode } from './report.js';
import { spendingLimit, type AttemptLimits, type Spent } from './spending-limit.js';
import type { EvalTask } from './task.js';

/** What all attempts of an evaluation share. */
export interface AttemptSettings {
  readonly grader: Grader;
  readonly limits: AttemptLimits;
  readonly timeoutMs: number;
  readonly maxTextCharacters: number;
  readonly treeOf: ((result: RunResult) => readonly DrawnNode[] | undefined) | undefined;
  readonly clock: Clock;
}

interface Answer {
  readonly text: string;
  readonly output?: unknown;
  readonly stopReason: string;
  readonly tree?: readonly DrawnNode[] | undefined;
}

/** One attempt: it never throws, but tells what went wrong. */
export async function attemptOnce(
  task: EvalTask,
  candidate: Orchestrator | Provider,
  settings: AttemptSettings,
  call: Call,
): Promise<Omit<AttemptRecord, 'taskId' | 'candidate' | 'attempt'>> {
  const { clock, timeoutMs, maxTextCharacters } = settings;
  const spent: Spent = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort(call.signal.reason);
  };
  call.signal.addEventListener('abort', onAbort, { once: true });
  if (call.signal.aborted) onAbort();
  const stopTimer = clock.after(timeoutMs, () => {
    stop.abort(new TakoError('timeout', `the attempt took longer than ${timeoutMs} ms`));
  });
  const startedMs = clock.now();
  const used = (): Pick<AttemptRecord, 'calls' | 'inputTokens' | 'outputTokens' | 'costUsd' | 'durationMs'> => {
    const { costUsd, ...counts } = spent;
    return { ...counts, ...(costUsd === undefined ? {} : { costUsd }), durationMs: clock.now() - startedMs };
  };
  const inside: Call = { ...call, signal: stop.signal };
  let answer: Answer;
  try {
    answer = await ask(task, candidate, settings, inside, spent);
  } catch (error) {
    const reason: unknown = stop.signal.reason;
    const code: ErrorCode = isTakoError(reason) ? reason.code : isTakoError(error) ? error.code : 'provider';
    return { score: 0, text: '', error: code, ...used() };
  } finally {
    stopTimer();
    call.signal.removeEventListener('abort', onAbort);
  }
  const { text, output, stopReason, tree } = answer;
  // What grading costs is not the candidate's.
  const came = { text: cut(text, maxTextCharacters), stopReason, ...(tree === undefined ? {} : { tree }), ...used() };
  try {
    const grade = readGrade(await settings.grader({ task, text, output }, call));
    return { ...grade, ...came };
  } catch (error) {
    return { gradingError: error instanceof Error ? error.message : String(error), ...came };
  }
}

async function ask(
  task: EvalTask,
  candidate: Orchestrator | Provider,
  { limits, treeOf }: AttemptSettings,
  call: Call,
  spent: Spent,
): Promise<Answer> {
  const layer = spendingLimit(limits, spent);
  const messages = typeof task.input === 'string' ? [user(task.input)] : task.input;
  if ('run' in candidate) {
    const enclosing = { layer, depthLeft: Infinity, roundsLeft: Infinity };
    const result = await candidate.run(messages, { ...call, enclosing });
    const { text, output, stopReason } = result;
    return { text, output, stopReason, tree: treeOf?.(result) };
  }
  const { message, finishReason } = await chat(layer(candidate), { messages }, call);
  return { text: textOf(message), stopReason: finishReason };
}

/** @throws for what is no grade */
function readGrade(grade: Grade): { readonly score: number; readonly feedback?: string } {
  const { score, feedback } = typeof grade === 'object' ? grade : { score: Number(grade), feedback: undefined };
  if (!(score >= 0 && score <= 1)) throw new RangeError(`a score is 0 to 1, and the grader gave ${score}`);
  return { score, ...(feedback === undefined ? {} : { feedback }) };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
