export { structuredOutput } from './output/structured-output.js';
export { SingleAgent } from './single-agent/single-agent.js';
export type { StructuredOutput } from './output/structured-output.js';
export type { SingleAgentOptions } from './single-agent/single-agent-options.js';
export type { RequestDefaults, StepStart, StepSummary, ToolCallRequest } from './turn/turn-options.js';
