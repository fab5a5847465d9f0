import { invalidOptions, type Outcome, type Router } from '@tako/core';

import { asObject, isShare } from '../routers/filtered.js';
import { questionOf } from '../routers/question.js';
import { encoded, hashedNgrams, versionOf, type Encoder } from './encoder.js';
import type { RoutingTask, TaskOutcome } from './routing-task.js';

/** What `outcomeLog` takes. */
export interface OutcomeLogOptions {
  /** Takes each line, with its line break, for a file for example. It must not throw; what it throws is dropped. @defaultValue kept in `lines()` */
  readonly write?: ((line: string) => void) | undefined;
  /** Whether what people asked is kept too. @defaultValue false: numbers stand for it */
  readonly keepsTexts?: boolean | undefined;
  /** What makes the numbers, where a route brought none. @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
  /** The oldest lines are forgotten beyond, where there is no `write`. @defaultValue 10000 */
  readonly maxLines?: number | undefined;
}

/** Keeps what came of calls, for training. */
export interface OutcomeLog {
  /** Takes in an outcome; one that makes no sense leaves no line. It never throws. */
  record(outcome: Outcome): void;
  /** A router whose outcomes are kept: hand it to `learnFrom`, `learnFromRun` and agents in place of the one inside. */
  watching(router: Router): Router;
  /** The lines so far, where there is no `write`. */
  lines(): readonly string[];
}

/** A line of a log. */
export interface LoggedOutcome {
  readonly providerId: string;
  /** What made the numbers; absent where they came with the outcome. */
  readonly encoder?: string | undefined;
  readonly features?: readonly number[] | undefined;
  readonly text?: string | undefined;
  readonly score?: number | undefined;
  readonly costUsd?: number | undefined;
  readonly latencyMs?: number | undefined;
  readonly error?: string | undefined;
}

/** A line that could not be read. */
export interface LogProblem {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** What a log was read as. */
export interface ReadLog {
  readonly outcomes: readonly LoggedOutcome[];
  readonly problems: readonly LogProblem[];
}

/**
 * Keeps outcomes as JSON lines: who was asked, numbers that stand for what was asked, score, cost, latency, failure. No prompts,
 * unless told to.
 *
 * @throws `invalid` for maxLines below 1
 */
export function outcomeLog(options: OutcomeLogOptions = {}): OutcomeLog {
  const { write, keepsTexts = false, encoder = hashedNgrams(), maxLines = 10_000 } = options;
  if (!(maxLines >= 1)) throw invalidOptions('outcomeLog', `maxLines must be 1 or more, got ${maxLines}`);
  const kept: string[] = [];

  const record = ({ providerId, request, features, score, costUsd, latencyMs, error }: Outcome): void => {
    try {
      const text = request === undefined ? undefined : questionOf(request);
      const made =
        features === undefined && text !== undefined
          ? { encoder: versionOf(encoder), features: rounded(encoded(encoder, text, 'outcomeLog')) }
          : {};
      const line = fromLine({
        providerId,
        ...(features === undefined ? made : { features: rounded(features) }),
        ...(keepsTexts ? { text } : {}),
        score,
        costUsd,
        latencyMs,
        error,
      });
      if (typeof line === 'string') return;
      const json = `${JSON.stringify(line)}\n`;
      if (write !== undefined) {
        write(json);
        return;
      }
      kept.push(json);
      if (kept.length > maxLines) kept.shift();
    } catch {
      // A log that fails must not fail the run whose outcome it is told.
    }
  };
  return {
    record,
    watching: (router) => ({
      route: (request, call) => router.route(request, call),
      learn(outcome) {
        record(outcome);
        router.learn?.(outcome);
      },
      state: router.state === undefined ? undefined : () => router.state?.() ?? null,
    }),
    lines: () => [...kept],
  };
}

/** Reads a log; lines that cannot be read are told with their number, and left out. */
export function readOutcomeLog(text: string): ReadLog {
  const outcomes: LoggedOutcome[] = [];
  const problems: LogProblem[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = parsed(line);
    if (typeof read === 'string') problems.push({ line: at + 1, problem: read });
    else outcomes.push(read);
  }
  return { outcomes, problems };
}

/**
 * The tasks of a log: outcomes of the same request are one task, tries at the same provider its mean. Outcomes without score are
 * left out, and those without anything that stands for the request.
 */
export function tasksOf(outcomes: readonly LoggedOutcome[]): RoutingTask[] {
  const tasks = new Map<string, { task: Omit<RoutingTask, 'outcomes'>; tried: Map<string, LoggedOutcome[]> }>();
  for (const outcome of outcomes) {
    const { features, text, providerId } = outcome;
    if (outcome.score === undefined || (features === undefined && text === undefined)) continue;
    const key = JSON.stringify(features ?? text);
    const entry = tasks.get(key) ?? { task: { text, features }, tried: new Map<string, LoggedOutcome[]>() };
    tasks.set(key, entry);
    entry.tried.set(providerId, [...(entry.tried.get(providerId) ?? []), outcome]);
  }
  return [...tasks.values()].map(({ task, tried }) => ({
    ...task,
    outcomes: Object.fromEntries([...tried].map(([id, all]) => [id, together(all)])),
  }));
}

function together(outcomes: readonly LoggedOutcome[]): TaskOutcome {
  const mean = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const tries = outcomes.flatMap(({ score }) => score ?? []);
  return {
    score: mean(tries) ?? 0,
    tries,
    costUsd: mean(outcomes.map(({ costUsd }) => costUsd)),
    latencyMs: mean(outcomes.map(({ latencyMs }) => latencyMs)),
  };
}

function parsed(line: string): LoggedOutcome | string {
  if (line.length > maxLineCharacters) return `it is longer than ${maxLineCharacters} characters`;
  try {
    return fromLine(JSON.parse(line));
  } catch {
    return 'it is no JSON';
  }
}

const maxLineCharacters = 1_000_000;

/** The outcome, or why it is none. */
function fromLine(value: unknown): LoggedOutcome | string {
  const { providerId, encoder, features, text, score, costUsd, latencyMs, error } = asObject(value);
  if (typeof providerId !== 'string' || providerId === '' || providerId === '__proto__') return 'providerId is no name';
  if (score !== undefined && !isShare(score)) return 'score is not 0 to 1';
  if (!isAmount(costUsd)) return 'costUsd is no amount';
  if (!isAmount(latencyMs)) return 'latencyMs is no time';
  if (features !== undefined && !(Array.isArray(features) && features.every((feature) => Number.isFinite(feature)))) {
    return 'features are no finite numbers';
  }
  for (const [name, its] of Object.entries({ encoder, text, error })) {
    if (its !== undefined && typeof its !== 'string') return `${name} is no text`;
  }
  const outcome = { providerId, encoder, features, text, score, costUsd, latencyMs, error };
  // What is absent stays absent, as in the line.
  return Object.fromEntries(Object.entries(outcome).filter(([, its]) => its !== undefined)) as unknown as LoggedOutcome; // each was checked above
}

function isAmount(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && value >= 0 && value < Infinity);
}

function rounded(features: ArrayLike<number>): number[] {
  return Array.from(features, (feature) => Number(feature.toPrecision(6)));
}
