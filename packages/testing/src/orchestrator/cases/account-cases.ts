import { expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import { overloaded, type ModelFault } from '../observed-model.js';
import { resultOf, stateLeft } from '../orchestrator-bench.js';
import type { OrchestratorCase } from './orchestrator-case.js';

const faults: readonly (readonly [string, ModelFault])[] = [
  ['fails at once', overloaded('at_once')],
  ['fails in mid-answer', overloaded('in_mid_answer')],
  ['throws what is no TakoError', { type: 'throw', when: 'in_mid_answer', makeError: () => new Error('foreign') }],
  ['ends without its end', { type: 'break_off' }],
];

/** What is booked. That it is exact is looked at after every run of the suite; these are the runs where it is hard. */
export const accountCases: readonly OrchestratorCase[] = [
  ...faults.map(([what, fault]): OrchestratorCase => ({
    name: `accounts: a model that ${what} at any of its calls is booked, whatever comes of it`,
    run: async (bench) => {
      const { model } = await bench.playWell();
      for (let bad = 1; bad <= model.calls; bad++) {
        const { result, error } = await bench.play(
          bench.rig({ fault: (number) => (number === bad ? fault : undefined) }),
        );
        const calls = result?.calls ?? error?.partial?.state?.calls ?? [];
        expectThat(
          calls.some((call) => call.error !== undefined),
          `call ${bad} failed, and no call that is booked has an error`,
        );
      }
    },
  })),
  {
    name: 'accounts: a model that always fails ends the run with its error, and is booked',
    run: async (bench) => {
      const { error, model } = await bench.play(bench.rig({ fault: () => overloaded('in_mid_answer') }));
      expectEqual(error?.code, 'overloaded', 'the code');
      expectThat(model.calls > 0, 'the model was not asked');
    },
  },
  {
    name: 'accounts: a run that failed can be resumed, and does then what failed',
    run: async (bench) => {
      const well = await bench.playWell();
      const broken = await bench.play(bench.rig({ fault: () => overloaded('in_mid_answer') }));
      expectThat(broken.error !== undefined, 'a run whose model always fails must throw');
      const again = resultOf(await bench.resume(stateLeft(broken.error)));
      expectThat(['final', 'max_steps'].includes(again.stopReason), `it ended with ${again.stopReason}`);
      expectThat(again.text !== '', 'the resumed run has no answer');
      expectEqual(again.messages[0], well.result.messages[0], 'the first message');
    },
  },
  {
    name: 'accounts: where the price is not known the cost is not, and usage is',
    run: async (bench) => {
      const { result } = await bench.playWell({ price: null });
      expectEqual(result.costUsd, undefined, 'the cost');
      expectThat(result.usage.inputTokens > 0, 'usage is known');
    },
  },
];
