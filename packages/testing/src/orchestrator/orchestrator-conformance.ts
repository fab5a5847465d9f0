import type { ConformanceCase } from '../conformance/conformance-case.js';
import { accountCases } from './cases/account-cases.js';
import { inputCases } from './cases/input-cases.js';
import { limitCases } from './cases/limit-cases.js';
import { nestingCases } from './cases/nesting-cases.js';
import { resumeCases } from './cases/resume-cases.js';
import { stopCases } from './cases/stop-cases.js';
import { waitingCases } from './cases/waiting-cases.js';
import { OrchestratorBench } from './orchestrator-bench.js';
import type { OrchestratorUnderTest } from './orchestrator-under-test.js';

/**
 * The promises of `Orchestrator`, as tests for any runner: each passes, or throws an `Error` that says why.
 *
 * ```ts
 * import { orchestratorConformance } from '@tako/testing/orchestrators';
 *
 * for (const { name, run } of orchestratorConformance({ name: 'mine', make })) test(name, run);
 * ```
 *
 * Whatever a case is about, it also checks of every run: the order of events, that they are plain JSON, that usage and cost
 * are exactly what the model told, and that no stream and no listener is left.
 */
export function orchestratorConformance(underTest: OrchestratorUnderTest): ConformanceCase[] {
  return [...inputCases, ...accountCases, ...stopCases, ...limitCases, ...resumeCases, ...waitingCases, ...nestingCases]
    .filter(({ applies }) => applies?.(underTest) ?? true)
    .map(({ name, run }) => ({ name, run: () => run(new OrchestratorBench(underTest)) }));
}
