import { expectEqual } from '../../conformance/bench/expectation.js';
import { resultOf } from '../orchestrator-bench.js';
import type { OrchestratorCase } from './orchestrator-case.js';

/** How a run goes on elsewhere. */
export const resumeCases: readonly OrchestratorCase[] = [
  {
    name: 'resume: from every state that is saved it comes to the same end, and repeats nothing that was finished',
    run: async (bench) => {
      const { result, states, toolRuns } = await bench.playWell();
      expectEqual(states.length > 0, true, 'whether any state was saved');
      for (const at of bench.places(states.length)) {
        const saved = states[at];
        if (saved === undefined) break;
        const again = await bench.resume(saved.json);
        const { text, stopReason, steps, usage, messages, state } = resultOf(again);
        const where = `of the run resumed from state ${at} of ${states.length}`;
        expectEqual([text, stopReason, steps], [result.text, result.stopReason, result.steps], `the end ${where}`);
        expectEqual(messages, JSON.parse(JSON.stringify(result.messages)), `the messages ${where}`);
        expectEqual(state.runId, result.state.runId, `the id ${where}`);
        if (bench.underTest.isParallel === true) continue;
        expectEqual(usage, result.usage, `the usage ${where}`);
        expectEqual(again.toolRuns.finished, toolRuns.finished - saved.finishedTools, `the tool runs ${where}`);
      }
    },
  },
  {
    name: 'resume: a run that is over is told again without asking anybody',
    run: async (bench) => {
      const { result } = await bench.playWell();
      const { model, toolRuns, ...again } = await bench.resume(result.state);
      expectEqual(resultOf({ model, toolRuns, ...again }).text, result.text, 'the text');
      expectEqual([model.calls, toolRuns.begun], [0, 0], 'model calls and tool runs');
    },
  },
];
