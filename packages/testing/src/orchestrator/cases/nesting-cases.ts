import { wrapProvider, type Enclosing, type RunEvent } from '@tako/core';

import { expectCode, expectEqual } from '../../conformance/bench/expectation.js';
import { resultOf } from '../orchestrator-bench.js';
import type { OrchestratorCase } from './orchestrator-case.js';

/** What a run owes to the run around it. */
export const nestingCases: readonly OrchestratorCase[] = [
  {
    name: 'nesting: every model call goes once through the layer of the run around',
    run: async (bench) => {
      let passed = 0;
      const layer: Enclosing['layer'] = (next) =>
        wrapProvider(next, (request, call) => {
          passed++;
          return next.stream(request, { ...call, enclosing: undefined });
        });
      const { model } = await bench.play(bench.rig(), undefined, { enclosing: { ...unbounded, layer } });
      expectEqual(passed, model.calls, 'calls that went through the layer');
    },
  },
  {
    name: 'nesting: as many levels as are needed are enough',
    run: async (bench) => {
      const { depth = 0 } = bench.underTest;
      const { result } = await bench.playWell();
      const played = await bench.play(bench.rig(), undefined, { enclosing: { ...unbounded, depthLeft: depth } });
      expectEqual(resultOf(played).text, result.text, 'the text');
    },
  },
  {
    name: 'nesting: one level less is `budget_exhausted`, and asks nobody who is deeper',
    applies: ({ depth = 0 }) => depth > 0,
    run: async (bench) => {
      const { depth = 0 } = bench.underTest;
      const { error } = await bench.play(bench.rig(), undefined, { enclosing: { ...unbounded, depthLeft: depth - 1 } });
      expectCode(error, 'a run that may not go as deep as it wants', 'budget_exhausted');
    },
  },
  {
    name: 'nesting: where no round is left there is no other round',
    run: async (bench) => {
      const { events } = await bench.play(bench.rig(), undefined, { enclosing: { ...unbounded, roundsLeft: 0 } });
      expectEqual(events.filter(isRecursion), [], 'events of type recursion');
    },
  },
];

const unbounded: Enclosing = { layer: (next) => next, depthLeft: Infinity, roundsLeft: Infinity };

function isRecursion(event: RunEvent): boolean {
  return event.type === 'recursion' || (event.type === 'branch_event' && isRecursion(event.event));
}
