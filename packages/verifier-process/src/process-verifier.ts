import { invalidOptions, systemClock, TakoError, toTakoError, type Verdict, type Verifier } from '@tako/core';

import { answerCode } from './answer-code.js';
import type { ProcessEnd, ProcessVerifierOptions } from './process-options.js';
import { runProcess, type ProcessRun } from './run-process.js';
import { Slots } from './slots.js';
import { inWorkFolder } from './work-folder.js';

/** How much of the output goes into the feedback: its end, where test runners sum up. */
const feedbackCharacters = 2_000;

/**
 * Scores an answer by running something on it, tests for the most part, in a child process with limits of time, output and
 * memory. At its end, however it ends, its whole process group is killed and its folder removed. Running into a limit is a
 * verdict, 0: endless loops are wrong answers. The feedback is the end of the output.
 *
 * It is **no sandbox**: the process may read your files and use your network. For answers that nobody vouches for, let
 * `command` start a container.
 *
 * @throws `invalid` for options that cannot work; `unsupported` for a limit of memory elsewhere than on Linux. `verify`
 *   throws `invalid` where the program cannot be started, or `files` or `score` throw; `malformed_response` for a score that
 *   is none; `cancelled`.
 */
export function processVerifier(options: ProcessVerifierOptions): Verifier {
  const { command, timeoutMs = 30_000, maxOutputBytes = 1_048_576, maxMemoryBytes = Infinity } = options;
  const { env = {}, concurrency = 2, clock = systemClock(globalThis) } = options;
  const { files = ({ text }) => ({ 'answer.mjs': answerCode(text) }) } = options;
  const { score = ({ exitCode }: ProcessEnd) => (exitCode === 0 ? 1 : 0) } = options;
  for (const [name, value] of Object.entries({ timeoutMs, maxOutputBytes, maxMemoryBytes, concurrency })) {
    if (!(value > 0)) throw invalidOptions('processVerifier', `${name} must be above 0, got ${value}`);
  }
  if (maxMemoryBytes < Infinity && process.platform !== 'linux') {
    throw new TakoError('unsupported', 'processVerifier: maxMemoryBytes can be held on Linux only');
  }
  const slots = new Slots(Math.max(1, Math.floor(concurrency)));

  return {
    verify(attempt, { signal }) {
      return slots.run(signal, async () => {
        try {
          const bounds = { timeoutMs, maxOutputBytes, maxMemoryBytes, env, signal, clock };
          const run = await inWorkFolder(await files(attempt), (folder) => runProcess(command, folder, bounds));
          return verdictOf(run, score);
        } catch (error) {
          throw toTakoError(error, 'invalid', 'processVerifier: the files or the score could not be had');
        }
      });
    },
  };
}

function verdictOf(run: ProcessRun, scoreOf: (end: ProcessEnd) => number): Verdict {
  if (run.by === 'limit') return { score: 0, feedback: `${run.limit}\n${tail(run.output)}`.trim() };
  const score = scoreOf(run.end);
  if (!(score >= 0 && score <= 1)) {
    throw new TakoError('malformed_response', `processVerifier: the score is ${score}; a score is 0 to 1`, {
      retryable: false,
    });
  }
  const feedback = tail(run.end.output);
  return score === 1 || feedback === '' ? { score } : { score, feedback };
}

function tail(output: string): string {
  const text = output.trim();
  return text.length <= feedbackCharacters ? text : `[…cut…]${text.slice(-feedbackCharacters)}`;
}
