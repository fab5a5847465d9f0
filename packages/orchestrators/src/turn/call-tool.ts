import {
  cancelled,
  invalidOptions,
  isTakoError,
  type ApprovalDecision,
  type Call,
  type PendingToolCall,
  type TakoError,
  type Tool,
  type ToolCallPart,
  type ToolResultPart,
} from '@tako/core';

import { checkValue, type Checked } from '../schema/check-value.js';
import { parseArguments } from '../schema/parse-json.js';
import { runWithin } from './run-within.js';
import { toolFailure, toolResult } from './tool-result.js';
import type { TurnOptions } from './turn-options.js';
import { untilAborted } from './until-aborted.js';

/** A tool call came to a result, or it waits for somebody outside. */
export type ToolOutcome =
  | { readonly type: 'result'; readonly part: ToolResultPart; readonly durationMs: number }
  | { readonly type: 'pending'; readonly pending: PendingToolCall };

/** What all tool calls of a turn share. */
export interface ToolTurn {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly options: Pick<TurnOptions, 'approve' | 'clock' | 'maxToolResultCharacters' | 'toolTimeoutMs'>;
  /** Decisions that came with a resumed run, by `toolCallId`. */
  readonly approvals: ReadonlyMap<string, ApprovalDecision>;
  /** The loop's own tool that needs nobody's leave, if there is one. */
  readonly ownTool: string | undefined;
  /** Whether the model's answer was cut at its limit of tokens, perhaps in the middle of this call. */
  readonly isCut: boolean;
  readonly call: Call;
  readonly step: number;
}

/**
 * One tool call, from the model's raw text to a result the model can read. Whatever is wrong with the call or with the
 * tool becomes an error result: the run goes on.
 *
 * @throws `cancelled` when the run is aborted; what the approval hook throws.
 */
export async function callTool(call: ToolCallPart, turn: ToolTurn): Promise<ToolOutcome> {
  const { clock, maxToolResultCharacters } = turn.options;
  const startedMs = clock.now();
  const done = (part: ToolResultPart): ToolOutcome => ({ type: 'result', part, durationMs: clock.now() - startedMs });
  const fail = (message: string): ToolOutcome => done(toolFailure(call, message, maxToolResultCharacters));

  const tool = turn.tools.get(call.name);
  if (tool === undefined) {
    return fail(`There is no tool "${call.name}". The tools are: ${[...turn.tools.keys()].join(', ') || 'none'}.`);
  }
  if (turn.isCut && call.arguments === '') {
    return fail('The limit of tokens cut the call off. Call again, with less text.');
  }
  const input = await readArguments(tool, call.arguments, turn);
  if (!input.ok) return fail(input.problem);

  const decision = await decide(call, input.value, turn);
  switch (decision.action) {
    case 'allow':
      return run(call, tool, input.value, turn, done);
    case 'deny':
      return fail(`The call was not allowed: ${decision.reason}`);
    case 'wait':
      return waitFor('approval', call);
    case 'edit': {
      const edited = await readArguments(tool, decision.arguments, turn);
      if (!edited.ok) return fail(edited.problem);
      return run({ ...call, arguments: decision.arguments }, tool, edited.value, turn, done);
    }
    default:
      throw unknownDecision(decision);
  }
}

/** Runs an allowed call, or leaves it to the caller where the tool is theirs. */
async function run(
  call: ToolCallPart,
  tool: Tool,
  input: unknown,
  turn: ToolTurn,
  done: (part: ToolResultPart) => ToolOutcome,
): Promise<ToolOutcome> {
  if (tool.execute === undefined) return waitFor('client', call);
  const { maxToolResultCharacters } = turn.options;
  try {
    return done(toolResult(call, await execute(tool, input, call.id, turn), maxToolResultCharacters));
  } catch (error) {
    if (turn.call.signal.aborted) throw cancelled(turn.call.signal.reason);
    return done(toolFailure(call, explain(error), maxToolResultCharacters));
  }
}

/** A decision comes from people's code or from JSON. One that cannot be understood must not run anything. */
function unknownDecision(decision: unknown): TakoError {
  const said = JSON.stringify(decision) ?? String(decision);
  return invalidOptions('approve', `it decided ${said}; the action must be allow, deny, edit or wait`);
}

async function readArguments(tool: Tool, text: string, turn: ToolTurn): Promise<Checked> {
  const parsed = parseArguments(text);
  if (!parsed.ok) return { ok: false, problem: `The arguments are not valid JSON: ${parsed.problem}` };
  const { signal } = turn.call;
  const checked = await untilAborted(signal, () => checkValue(tool.schema, tool.inputSchema, parsed.value));
  if (checked.ok) return checked;
  const schema = JSON.stringify(tool.inputSchema);
  return { ok: false, problem: `The arguments do not fit the schema: ${checked.problem}\nThe schema: ${schema}` };
}

async function decide(call: ToolCallPart, input: unknown, turn: ToolTurn): Promise<ApprovalDecision> {
  const decided = turn.approvals.get(call.id);
  if (decided !== undefined) return decided;
  const { approve } = turn.options;
  if (approve === undefined || call.name === turn.ownTool) return { action: 'allow' };
  const { signal } = turn.call;
  const request = { toolCallId: call.id, name: call.name, arguments: call.arguments, input, step: turn.step, signal };
  // What people's code returns is not always what its type says.
  const decision: ApprovalDecision | null | undefined = await untilAborted(signal, () => approve(request));
  if (typeof decision !== 'object' || decision === null) throw unknownDecision(decision);
  return decision;
}

function waitFor(waitsFor: PendingToolCall['waitsFor'], call: ToolCallPart): ToolOutcome {
  return { type: 'pending', pending: { toolCallId: call.id, name: call.name, arguments: call.arguments, waitsFor } };
}

function execute(tool: Tool, input: unknown, toolCallId: string, turn: ToolTurn): Promise<unknown> {
  const { clock, toolTimeoutMs } = turn.options;
  const timeoutMs = tool.timeoutMs ?? toolTimeoutMs;
  return runWithin({ signal: turn.call.signal, timeoutMs, clock, what: `the tool "${tool.name}"` }, (signal) =>
    // The input has passed the schema that the tool was made with, so it is what `execute` takes.
    tool.execute?.(input as never, { call: { ...turn.call, signal }, toolCallId }),
  );
}

function explain(error: unknown): string {
  if (isTakoError(error)) return `The tool failed (${error.code}): ${error.message}`;
  return `The tool failed: ${error instanceof Error ? error.message : String(error)}`;
}
