import type { FinishReason } from '../chat/finish-reason.js';
import type { Usage } from '../chat/usage.js';
import type { ErrorCode } from '../error/error-code.js';
import type { JsonValue } from '../json.js';
import type { ToolResultContent } from '../message/content-part.js';
import type { ModelCall } from './model-call.js';
import type { RunPlan } from './run-plan.js';
import type { RunResult, StopReason } from './run-result.js';

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
 *
 * A run that starts other runs tells of each by `branch_start`, `branch_event`s and `branch_end`, all at its place. Text
 * of other runs stands in `branch_event`s alone: a `text_delta` on the outside is always the answer's. A `model_call` on
 * the outside is every call of the whole tree, once; inside of `branch_event`s there is none.
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
  | (Place & {
      readonly type: 'plan';
      /** What the coordinator wants to be done. No steps: the answer that there is stands. */
      readonly plan: RunPlan;
    })
  | (Place & {
      readonly type: 'route';
      /** Who was chosen, by name. */
      readonly name: string;
      readonly role?: string | undefined;
      readonly reason: string;
      /** 0 to 1. */
      readonly confidence?: number | undefined;
    })
  | (Place & {
      readonly type: 'branch_start';
      /** Who runs, by name. */
      readonly name: string;
      /** What it was told to do, where it is not the whole question. */
      readonly task?: string | undefined;
    })
  | (Place & { readonly type: 'branch_event'; readonly event: RunEvent })
  | (Place & {
      readonly type: 'branch_end';
      /** The answer; what there was of it, where the branch failed. */
      readonly text: string;
      /** Absent where it failed. */
      readonly stopReason?: StopReason | undefined;
      /** Present where it failed or was stopped. */
      readonly error?: ErrorCode | undefined;
      readonly durationMs: number;
    })
  | (Place & {
      readonly type: 'verifier_score';
      /** 0 to 1. */
      readonly score: number;
      readonly feedback?: string | undefined;
      /** Whether the answer was still growing. */
      readonly isPartial: boolean;
    })
  | (Place & {
      readonly type: 'recursion';
      /** Rounds before the one that begins now. */
      readonly depth: number;
      /** The score that was not enough. */
      readonly score: number;
    })
  | { readonly type: 'finish'; readonly result: RunResult<Output> };
