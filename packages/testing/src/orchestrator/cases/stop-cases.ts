import { expectCode, expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import { trackedSignal } from '../../tracked-signal.js';
import { resultOf, stateLeft, type Played } from '../orchestrator-bench.js';
import type { OrchestratorCase } from './orchestrator-case.js';

const reason = { why: 'enough' };

/** How a run is stopped. */
export const stopCases: readonly OrchestratorCase[] = [
  {
    name: 'abort: before the beginning it is `cancelled`, and no model is asked',
    run: async (bench) => {
      const tracked = trackedSignal();
      tracked.abort(reason);
      const played = await bench.play(bench.rig(), undefined, { tracked });
      expectCancelled(played);
      expectEqual(played.model.calls, 0, 'model calls');
    },
  },
  {
    name: 'abort: at any event it stops within one event, is paid for, and can be resumed',
    run: async (bench) => {
      const well = await bench.playWell();
      for (const last of bench.places(well.events.length - 1)) {
        const tracked = trackedSignal();
        const played = await bench.play(bench.rig(), undefined, {
          tracked,
          onEvent: (_, at) => {
            if (at === last) tracked.abort(reason);
          },
        });
        expectThat(played.events.length <= last + 2, `${played.events.length - last - 1} events after the abort`);
        if (played.result !== undefined) continue; // there was nothing left to stop
        const error = expectCancelled(played);
        const again = resultOf(await bench.resume(stateLeft(error)));
        expectEqual(again.text, well.result.text, `the answer of a run resumed after an abort at event ${last}`);
      }
    },
  },
  {
    name: 'abort: while any model call hangs it is `cancelled` at once',
    run: async (bench) => {
      const { model } = await bench.playWell();
      for (let bad = 1; bad <= model.calls; bad++) {
        const tracked = trackedSignal();
        const rig = bench.rig({ fault: (number) => (number === bad ? { type: 'hang' } : undefined) });
        const playing = bench.play(rig, undefined, { tracked });
        await Promise.race([rig.model.hangs, playing]);
        tracked.abort(reason);
        expectCancelled(await playing);
      }
    },
  },
  {
    name: 'abort: while a tool hangs it is `cancelled`, and so is the tool',
    run: async (bench) => {
      const tracked = trackedSignal();
      const rig = bench.rig({ toolHangs: true });
      const playing = bench.play(rig, undefined, { tracked });
      await Promise.race([rig.toolHangs, playing]);
      tracked.abort(reason);
      expectCancelled(await playing);
      await new Promise(setImmediate);
      expectEqual(rig.toolRuns.aborted, rig.toolRuns.begun, 'tools that were told of the abort');
    },
  },
  {
    name: 'leave: a consumer that leaves at any event stops everything',
    run: async (bench) => {
      const well = await bench.playWell();
      for (const last of bench.places(well.events.length)) {
        const { model, toolRuns } = await bench.play(bench.rig(), undefined, { onEvent: (_, at) => at === last });
        const calls = model.calls;
        const tools = toolRuns.begun;
        await new Promise(setImmediate);
        expectEqual([model.calls, toolRuns.begun], [calls, tools], `calls after a consumer left at event ${last}`);
      }
    },
  },
  {
    name: 'state: what `onState` throws ends the run there',
    run: async (bench) => {
      const well = await bench.playWell();
      for (const bad of bench.places(well.states.length)) {
        let saved = 0;
        let callsThen = 0;
        const rig = bench.rig();
        const { error, model } = await bench.play(rig, undefined, {
          onState: () => {
            if (saved++ !== bad) return;
            callsThen = rig.model.calls;
            throw new Error('the disk is full');
          },
        });
        expectThat(error !== undefined, `it went on when state ${bad} of ${well.states.length} could not be saved`);
        expectEqual(model.calls, callsThen, `model calls when state ${bad} could not be saved`);
      }
    },
  },
];

function expectCancelled({ error }: Played): NonNullable<Played['error']> {
  const cancelled = expectCode(error, 'an aborted run', 'cancelled');
  expectThat(cancelled.cause === reason, 'the reason of the abort must be the cause');
  return cancelled;
}
