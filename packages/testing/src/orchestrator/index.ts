export { orchestratorConformance } from './orchestrator-conformance.js';
export type { OrchestratorParts, OrchestratorUnderTest } from './orchestrator-under-test.js';
export type { ConformanceCase } from '../conformance/conformance-case.js';
