import type { FinishReason } from '../chat/finish-reason.js';
import type { Usage } from '../chat/usage.js';
import type { JsonValue } from '../json.js';
import type { ToolResultContent } from '../message/content-part.js';
import type { ModelCall } from './model-call.js';
import type { RunResult } from './run-result.js';

/** Where in the run an event belongs. */
interface Place {
  /** Model turns before this one: 0 for the first. */
  readonly step: number;
  /** The line of work: 0 where there is only one. */
  readonly branch: number;
}

/**
 * One event of a run. All are plain JSON.
 *
 * Order: `run_start`; then for each step `step_start`, deltas, `tool_call_*` of the model, `model_call` (one for each failed try too), one
 * `tool_call_result` for each call (in the order they finish; the history has call order), `step_end`; at last exactly
 * one `finish`. A step that a budget cuts off has no `step_end`. A failure is thrown, never an event. Consumers ignore kinds that they do not know.
 */
export type RunEvent<Output = unknown> =
  | { readonly type: 'run_start'; readonly runId: string; readonly kind: string }
  | (Place & {
      readonly type: 'step_start';
      readonly providerId: string;
      /** Why a router chose this provider. */
      readonly reason?: string | undefined;
    })
  | (Place & { readonly type: 'text_delta'; readonly text: string })
  | (Place & { readonly type: 'reasoning_delta'; readonly text: string })
  | (Place & {
      readonly type: 'output_partial';
      /** The structured output as far as it is there. One growing object: copy it to keep a moment of it. */
      readonly output: JsonValue;
    })
  | (Place & { readonly type: 'tool_call_start'; readonly toolCallId: string; readonly name: string })
  | (Place & { readonly type: 'tool_call_delta'; readonly toolCallId: string; readonly argumentsDelta: string })
  | (Place & {
      readonly type: 'tool_call_end';
      readonly toolCallId: string;
      readonly name: string;
      /** The raw JSON text. */
      readonly arguments: string;
    })
  | (Place & { readonly type: 'model_call'; readonly call: ModelCall })
  | (Place & {
      readonly type: 'tool_call_result';
      readonly toolCallId: string;
      readonly name: string;
      readonly content: readonly ToolResultContent[];
      readonly isError: boolean;
      readonly durationMs: number;
    })
  | (Place & { readonly type: 'warning'; readonly code: string; readonly message: string })
  | (Place & {
      readonly type: 'step_end';
      readonly finishReason: FinishReason;
      /** Of the whole run so far. */
      readonly usage: Usage;
      /** Of the whole run so far, in US dollars; absent where not known. */
      readonly costUsd?: number | undefined;
    })
  | { readonly type: 'finish'; readonly result: RunResult<Output> };
