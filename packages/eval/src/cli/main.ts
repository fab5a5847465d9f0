#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { isTakoError } from '@tako/core';

import { compareReports, type Comparison } from '../compare.js';
import { evaluate, type EvalOptions } from '../evaluate.js';
import { reportToHtml } from '../html/report-to-html.js';
import type { EvalReport } from '../report.js';
import { readArguments, usage, UsageError, type Arguments } from './arguments.js';

/** Exit codes: a threshold was missed, a command line or config that cannot be run, stopped by a signal. */
const codes = { missed: 1, usage: 2, stopped: 130 } as const;

const stop = new AbortController();
process.once('SIGINT', () => {
  stop.abort(new Error('SIGINT'));
});

try {
  process.exitCode = await run(readArguments(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  const isWrong = error instanceof UsageError || isTakoError(error, 'invalid');
  process.exitCode = stop.signal.aborted ? codes.stopped : isWrong ? codes.usage : codes.missed;
}

async function run(asked: Arguments | 'help'): Promise<number> {
  if (asked === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  switch (asked.command) {
    case 'run':
      return runEvaluation(asked);
    case 'report':
      await writeFile(asked.html, reportToHtml(await readReport(asked.file)));
      return 0;
    case 'compare':
      for (const line of compareReports(await readReport(asked.before), await readReport(asked.after)).map(sentence)) {
        process.stdout.write(`${line}\n`);
      }
      return 0;
    default:
      return asked satisfies never;
  }
}

async function runEvaluation(asked: Extract<Arguments, { command: 'run' }>): Promise<number> {
  const config = await readConfig(asked.config);
  const { attempts = config.attempts, concurrency = config.concurrency, out, resume = config.resume } = asked;
  const report = await evaluate({
    ...config,
    attempts,
    concurrency,
    resume,
    signal: stop.signal,
    onProgress: (progress) => {
      config.onProgress?.(progress);
      const { done, all, last } = progress;
      const how = last.error ?? (last.score === undefined ? 'not graded' : last.score.toFixed(2));
      process.stderr.write(`${done}/${all} ${last.taskId} ${last.candidate}: ${how}\n`);
    },
  });
  if (out !== undefined) await writeFile(out, `${JSON.stringify(report, undefined, 2)}\n`);
  if (asked.html !== undefined) await writeFile(asked.html, reportToHtml(report));
  let isMissed = false;
  for (const [name, { score, costUsd, errors }] of Object.entries(report.candidates)) {
    const cost = costUsd === undefined ? 'price not known' : `$${costUsd.toFixed(4)}`;
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    const figures = `${score.mean.toFixed(3)} [${score.low.toFixed(3)}, ${score.high.toFixed(3)}]`;
    process.stdout.write(`${name}: ${figures}, ${cost}${failed === 0 ? '' : `, ${failed} failed`}\n`);
    isMissed ||= asked.minScore !== undefined && !(score.mean >= asked.minScore);
  }
  return isMissed ? codes.missed : 0;
}

async function readConfig(path: string): Promise<EvalOptions> {
  const { default: config }: { default?: EvalOptions } = await import(pathToFileURL(resolve(path)).href).catch(
    (error: unknown) => {
      throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  if (typeof config !== 'object' || !('tasks' in config)) {
    throw new UsageError(`${path} must export defineEval({ tasks, candidates, grader }) as its default`);
  }
  return config;
}

async function readReport(path: string): Promise<EvalReport> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`there is no file ${path}`);
  });
  try {
    const report: EvalReport = JSON.parse(text);
    if (report.version === 1 && Array.isArray(report.attempts)) return report;
  } catch {
    // said below
  }
  throw new UsageError(`${path} is no report of tako-eval`);
}

function sentence({ left, right, difference, tasks, wins, losses, ties }: Comparison): string {
  const { mean, low, high } = difference;
  const verdict = low > 0 ? 'better' : high < 0 ? 'worse' : 'no difference that could not be chance';
  return `${right} over ${left}: ${mean >= 0 ? '+' : ''}${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] over ${tasks} tasks (${wins} better, ${losses} worse, ${ties} alike): ${verdict}`;
}
