import type { ConformanceCase } from '../conformance/conformance-case.js';
import { callCases } from './cases/call-cases.js';
import { lifeCases } from './cases/life-cases.js';
import { listCases } from './cases/list-cases.js';
import { ToolBench } from './tool-bench.js';
import type { ToolSourceUnderTest } from './tool-source-under-test.js';

/**
 * The promises of `ToolSource`, as tests for any runner: each passes, or throws an `Error` that says why.
 *
 * ```ts
 * import { toolSourceConformance } from '@tako/testing/tools';
 *
 * for (const { name, run } of toolSourceConformance({ name: 'mine', start })) test(name, run);
 * ```
 */
export function toolSourceConformance(underTest: ToolSourceUnderTest): ConformanceCase[] {
  return [...listCases, ...callCases, ...lifeCases].map(({ name, run }) => ({
    name,
    run: async () => {
      const bench = new ToolBench(await underTest.start());
      try {
        await run(bench);
      } finally {
        await bench.stop();
      }
    },
  }));
}
