import { Budget } from '@tako/budget';
import {
  customProvider,
  isTakoError,
  type Environment,
  type ModelCall,
  type Provider,
  type RunEvent,
} from '@tako/core';
import { dryRun } from '@tako/orchestrators/dry-run';
import { SelfCaller } from '@tako/orchestrators/self-caller';

import type { Arguments } from './arguments.js';
import { judgeOf, lineUp, type Contestant } from './line-up.js';
import { choosePool } from './pool.js';
import { follow, inUsd, progressOf, type Progress } from './progress.js';
import { resultLines, type Outcome } from './results.js';
import { Screen, type Output } from './screen.js';

/** What the app has of its surroundings. */
export interface Surroundings {
  readonly environment: Environment;
  /** Text for people, or events as JSON lines. */
  readonly stdout: Output;
  /** Notes and errors. */
  readonly stderr: Output;
  /** Aborts everything. */
  readonly signal: AbortSignal;
  readonly isLive: boolean;
  readonly hasColours: boolean;
  readonly now: () => number;
}

/**
 * Asks all of them at the same time, shows how far they are, has every answer scored by the same judge, and prints the
 * table.
 *
 * @returns what they came to
 * @throws what ended all of it: an abort
 */
export async function compare(asked: Arguments, surroundings: Surroundings): Promise<readonly Outcome[]> {
  const { environment, stdout, stderr, signal, now } = surroundings;
  const pool = await choosePool(asked, environment, signal);
  const budget = asked.maxUsd === undefined ? undefined : new Budget({ maxUsdPerDay: asked.maxUsd });
  const models = pool.models.map((model) => budget?.layer(model) ?? model);
  stderr.write(`${pool.note}\n`);
  const contestants = lineUp(models, asked.only);
  if (asked.dryRun) {
    for (const { name, orchestrator } of contestants)
      stdout.write(`${name}: ${dryRun(orchestrator, asked.question).summary}\n`);
    return [];
  }

  const all = contestants.map(({ name }) => progressOf(name, now()));
  const screen = new Screen(asked.json ? stderr : stdout, all, {
    isLive: surroundings.isLive && !asked.json,
    hasColours: surroundings.hasColours && !asked.json,
    now,
  });
  const judged: ModelCall[] = [];
  const ticking = setInterval(() => screen.tick(), 250);
  const outcomes = await Promise.all(
    contestants.map(async (contestant, at) => {
      const progress = all[at] ?? progressOf(contestant.name, now());
      const outcome = await play(contestant, asked, progress, surroundings, screen);
      const score =
        outcome.answer === '' ? undefined : await scoreOf(outcome.answer, asked.question, models, signal, judged);
      if (score !== undefined && !asked.json) {
        const line = `final score ${score.toFixed(2)}`;
        progress.lines.push(line);
        screen.tell(progress, line);
      }
      return { ...outcome, score };
    }),
  ).finally(() => {
    clearInterval(ticking);
  });
  signal.throwIfAborted();

  if (asked.json) stdout.write(`${JSON.stringify({ results: outcomes })}\n`);
  else {
    screen.tick();
    screen.line('');
    for (const line of resultLines(outcomes, screen.columns, screen.style)) screen.line(line);
    const usd = judged.reduce<number | undefined>(
      (sum, { costUsd }) => (sum === undefined || costUsd === undefined ? undefined : sum + costUsd),
      0,
    );
    screen.line('');
    screen.line(
      screen.style('dim', `scored by ${models.at(-1)?.id}: ${judged.length} calls, ${inUsd(usd)}, not in the table`),
    );
  }
  return outcomes;
}

/** Runs one of them; that it fails is an outcome. */
async function play(
  { name, orchestrator }: Contestant,
  { question, json }: Arguments,
  progress: Progress,
  { stdout, signal, now }: Surroundings,
  screen: Screen,
): Promise<Outcome> {
  let tokens = 0;
  const hear = (event: RunEvent): void => {
    if (json) stdout.write(`${JSON.stringify({ orchestrator: name, event })}\n`);
    if (event.type === 'model_call') tokens += event.call.usage.inputTokens + event.call.usage.outputTokens;
    const line = follow(progress, event);
    if (!json) screen.tell(progress, line);
  };
  const end = (ending: string, answer: string): Outcome => {
    progress.ending = ending;
    progress.answer = answer;
    progress.endedMs = now();
    if (!json) screen.end(progress);
    const { calls, usd, startedMs } = progress;
    return { name, answer, ending, calls, tokens, usd, seconds: (progress.endedMs - startedMs) / 1000 };
  };
  try {
    for await (const event of orchestrator.stream(question, { signal })) {
      hear(event);
      if (event.type === 'finish') return end(event.result.stopReason, event.result.text);
    }
    return end('no end', '');
  } catch (error) {
    const code = isTakoError(error) ? error.code : 'error';
    if (!signal.aborted) progress.lines.push(error instanceof Error ? error.message : String(error));
    return end(code, '');
  }
}

/** The judge's verdict on a finished answer, its calls booked in `judged`; `undefined` where there is none. */
async function scoreOf(
  text: string,
  question: string,
  models: readonly Provider[],
  signal: AbortSignal,
  judged: ModelCall[],
): Promise<number | undefined> {
  const inner = customProvider({ id: 'desk:answer', price: free, chat: () => text });
  let score: number | undefined;
  try {
    const scoring = new SelfCaller({ inner, guard: judgeOf(models), maxDepth: 0 });
    for await (const event of scoring.stream(question, { signal })) {
      if (event.type === 'verifier_score') ({ score } = event);
      if (event.type === 'model_call' && event.call.providerId !== inner.id) judged.push(event.call);
    }
  } catch {
    return undefined; // the table says that there is none
  }
  return score;
}

const free = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
