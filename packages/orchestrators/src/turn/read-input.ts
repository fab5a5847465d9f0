import {
  invalidOptions,
  user,
  type ApprovalDecision,
  type Message,
  type ResponseFormat,
  type ResumeInput,
  type RunInput,
  type RunState,
  type ToolResultPart,
  type ToolSchema,
} from '@tako/core';

import type { RequestDefaults } from './turn-options.js';

/** What a run starts from, whatever form the caller gave it. */
export interface RunStart {
  readonly messages: readonly Message[];
  /** Fields of the caller's request; they win over the orchestrator's own. */
  readonly request: RequestDefaults;
  readonly clientTools: readonly ToolSchema[];
  readonly responseFormat: ResponseFormat | undefined;
  /** The run that goes on, if one does. */
  readonly earlier: RunState | undefined;
  readonly approvals: { readonly [toolCallId: string]: ApprovalDecision };
  readonly toolResults: readonly ToolResultPart[];
}

/**
 * Reads what `run` and `stream` take.
 *
 * @throws `invalid` for an empty conversation, or a state of another version or kind.
 */
export function readInput(input: RunInput, kind: string): RunStart {
  if (typeof input === 'string') return fresh([user(input)]);
  if (isMessages(input)) return fresh(input);
  if ('state' in input) return resumed(input, kind);
  const { messages, tools = [], responseFormat, ...request } = input;
  return { ...fresh(messages), request, clientTools: tools, responseFormat };
}

function isMessages(input: Exclude<RunInput, string>): input is readonly Message[] {
  return Array.isArray(input);
}

function fresh(messages: readonly Message[]): RunStart {
  if (messages.length === 0) throw invalidOptions('run', 'the conversation is empty; pass at least one message');
  return {
    messages,
    request: {},
    clientTools: [],
    responseFormat: undefined,
    earlier: undefined,
    approvals: {},
    toolResults: [],
  };
}

function resumed(input: ResumeInput, kind: string): RunStart {
  const { state, approvals = {}, toolResults = [] } = input;
  // States come from files and databases: their type is a claim.
  const version: unknown = state.version;
  if (version !== 1) throw invalidOptions('run', `the state has version ${String(version)}; this release reads 1`);
  if (state.kind !== kind) throw invalidOptions('run', `the state was saved by "${state.kind}", and this is "${kind}"`);
  return { ...fresh(state.messages), earlier: state, approvals, toolResults };
}
