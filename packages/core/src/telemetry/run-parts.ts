import type { RunInput, RunOptions } from '../orchestrator/orchestrator.js';
import type { RunEvent } from '../orchestrator/run-event.js';
import type { Router } from '../orchestrator/router.js';
import type { Provider } from '../provider/provider.js';
import type { ToolSource } from '../tool/tool-source.js';
import type { Tool } from '../tool/tool.js';

/** What a run is made of, as far as each piece gets spans of its own. An orchestrator's settled options fit. */
export interface RunParts {
  readonly kind: string;
  readonly provider?: Provider;
  readonly candidates?: readonly Provider[];
  readonly router?: Router | undefined;
  readonly tools?: readonly Tool[];
  readonly mcpServers?: readonly ToolSource[];
  /** Decides about a tool call. What it is asked is the orchestrator's own. */
  readonly approve?: ((asked: never) => unknown) | undefined;
}

/** Starts a run of some parts: what a tracer goes around. */
export type OpenRun<Parts extends RunParts, Output> = (
  parts: Parts,
  input: RunInput,
  options: RunOptions,
) => AsyncGenerator<RunEvent<Output>, void, undefined>;
