import type { ApprovalDecision, ChatRequest, Clock, Provider, Router, Tool, ToolSource } from '@tako/core';

import type { StructuredOutput } from '../output/structured-output.js';
import type { RequestDefaults, StepStart, StepSummary, ToolCallRequest } from '../turn/turn-options.js';

/** What `new SingleAgent` takes. The fields of `RequestDefaults` (temperature and so on) apply to every model call. */
export interface SingleAgentOptions<Output = unknown> extends RequestDefaults {
  readonly provider: Provider;
  /** Standing instructions, put before the conversation. */
  readonly system?: string | undefined;
  readonly tools?: readonly Tool[] | undefined;
  /** Where more tools come from: MCP servers, for instance. They are asked when a run starts. */
  readonly mcpServers?: readonly ToolSource[] | undefined;
  /** Model turns before a run ends with `max_steps`. @defaultValue 8 */
  readonly maxSteps?: number | undefined;
  /** Picks a provider for each step, out of `provider` and `candidates`. */
  readonly router?: Router | undefined;
  readonly candidates?: readonly Provider[] | undefined;
  /** The form of the answer: `structuredOutput(schema)`; `result.output` is the validated value. */
  readonly output?: StructuredOutput<Output> | undefined;
  /** How often a model may repair an output that does not fit; each is a turn. @defaultValue 2 */
  readonly maxOutputRepairs?: number | undefined;
  /** Tool calls of one turn that run at the same time. @defaultValue 8 */
  readonly maxParallelTools?: number | undefined;
  /** Longest run of a tool that has no limit of its own, in milliseconds; `Infinity` for none. @defaultValue 60000 */
  readonly toolTimeoutMs?: number | undefined;
  /** Text of one tool result beyond this is cut, with a visible mark. @defaultValue 100000 */
  readonly maxToolResultCharacters?: number | undefined;
  /**
   * Decides about each tool call before it runs: allow, deny with a reason that the model reads, edit the arguments, or
   * wait (ends the run; resume it with the decision). It may take its time: it is not under `toolTimeoutMs`.
   */
  readonly approve?: ((call: ToolCallRequest) => ApprovalDecision | Promise<ApprovalDecision>) | undefined;
  /** Changes the request of the next model call. What it returns replaces those fields. */
  readonly prepareStep?:
    | ((step: StepStart) => Partial<ChatRequest> | undefined | Promise<Partial<ChatRequest> | undefined>)
    | undefined;
  /** Called after the tool results of a step are in. */
  readonly onStepEnd?: ((step: StepSummary) => void | Promise<void>) | undefined;
  /** Ends the run with `stop_condition` after a step with tool calls, when true. */
  readonly stopWhen?: ((step: StepSummary) => boolean | Promise<boolean>) | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}
