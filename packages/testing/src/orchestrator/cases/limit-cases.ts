import { providerError } from '@tako/core';

import { expectCode, expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import type { ModelFault } from '../observed-model.js';
import type { OrchestratorBench, Played, RigOptions } from '../orchestrator-bench.js';
import type { OrchestratorCase } from './orchestrator-case.js';

const exhausted: ModelFault = {
  type: 'throw',
  when: 'at_once',
  makeError: () => providerError('budget_exhausted', 'the tenant has spent its money'),
};

/** What happens when money or calls are at an end. */
export const limitCases: readonly OrchestratorCase[] = [
  {
    name: 'budget: exhausted before there is an answer it is thrown, after it the answer stands with `budget`',
    run: (bench) => expectEnds(bench, (last) => ({ fault: (number) => (number > last ? exhausted : undefined) })),
  },
  {
    name: 'limits: no more calls than `maxCalls`; the answer that there is stands with `budget`',
    applies: ({ hasLimits = false }) => hasLimits,
    run: (bench) =>
      expectEnds(
        bench,
        (last) => ({ maxCalls: last }),
        (played, last) => {
          expectEqual(played.model.calls, last, `model calls where ${last} are allowed`);
        },
      ),
  },
  {
    name: 'limits: as many calls as are needed are enough',
    applies: ({ hasLimits = false }) => hasLimits,
    run: async (bench) => {
      const { result, model } = await bench.playWell();
      const limited = await bench.playWell({ maxCalls: model.calls });
      expectEqual([limited.result.text, limited.result.stopReason], [result.text, result.stopReason], 'the result');
    },
  },
];

/** Plays with ever more calls that go well: as soon as one run ends with an answer, all that get further must. */
async function expectEnds(
  bench: OrchestratorBench,
  optionsFor: (last: number) => RigOptions,
  check: (played: Played, last: number) => void = () => undefined,
): Promise<void> {
  const { model } = await bench.playWell();
  let firstAnswer: number | undefined;
  for (let last = 1; last < model.calls; last++) {
    const played = await bench.play(bench.rig(optionsFor(last)));
    check(played, last);
    if (played.result === undefined) {
      expectCode(played.error, `a budget that ends after call ${last}`, 'budget_exhausted');
      expectEqual(firstAnswer, undefined, `the call after which there was an answer, and after call ${last} none`);
      continue;
    }
    expectEqual(played.result.stopReason, 'budget', `the stop reason where the budget ends after call ${last}`);
    firstAnswer ??= last;
  }
  expectThat(model.calls === 1 || firstAnswer !== undefined, 'an answer that there was before the last call is lost');
}
