import type { OrchestratorBench } from '../orchestrator-bench.js';
import type { OrchestratorUnderTest } from '../orchestrator-under-test.js';

/** A case before it knows its orchestrator. */
export interface OrchestratorCase {
  readonly name: string;
  /** Left out where it says no. @defaultValue it always applies */
  readonly applies?: ((underTest: OrchestratorUnderTest) => boolean) | undefined;
  readonly run: (bench: OrchestratorBench) => Promise<void>;
}
