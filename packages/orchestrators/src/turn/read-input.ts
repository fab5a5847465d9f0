import {
  invalidOptions,
  user,
  type ApprovalDecision,
  type ChatRequest,
  type Message,
  type ResumeInput,
  type RunInput,
  type RunState,
  type ToolResultPart,
} from '@tako/core';

import { limited } from './tool-result.js';

/** What a run starts from, whatever form the caller gave it. */
export interface RunStart {
  readonly messages: readonly Message[];
  /** What the caller asked for besides: it wins over the orchestrator's own. Its tools are client tools. */
  readonly request: Omit<ChatRequest, 'messages'>;
  /** The run that goes on, if one does. */
  readonly earlier: RunState | undefined;
  /** By `toolCallId`. */
  readonly approvals: ReadonlyMap<string, ApprovalDecision>;
  /** Plain JSON, without bytes. */
  readonly toolResults: readonly ToolResultPart[];
}

/**
 * Reads what `run` and `stream` take.
 *
 * @throws `invalid` for what is no conversation, or an empty one, or a state of another version or kind.
 */
export function readInput(input: RunInput, kind: string): RunStart {
  if (typeof input === 'string') return fresh([user(input)]);
  if (isMessages(input)) return fresh(input);
  if ('state' in input) return resumed(input, kind);
  const { messages, ...request } = input;
  return { ...fresh(messages), request };
}

/** What is no object is no conversation either, and is refused as one. */
function isMessages(input: Exclude<RunInput, string>): input is readonly Message[] {
  return Array.isArray(input) || Object(input) !== input;
}

/** Conversations come from files and databases too: what is none would be lost on its way to the model. */
function fresh(messages: readonly Message[]): RunStart {
  const given: unknown = messages;
  const isWhole = Array.isArray(given) && given.every((message) => Array.isArray((message as Message | null)?.content));
  if (!isWhole || messages.length === 0)
    throw invalidOptions('run', 'pass a question, or messages like [user("Hello")]');
  return { messages, request: {}, earlier: undefined, approvals: new Map(), toolResults: [] };
}

function resumed({ state, approvals = {}, toolResults = [] }: ResumeInput, kind: string): RunStart {
  // States come from files and databases: their type is a claim.
  const version: unknown = state.version;
  if (version !== 1) throw invalidOptions('run', `the state has version ${String(version)}; this release reads 1`);
  if (state.kind !== kind) throw invalidOptions('run', `the state was saved by "${state.kind}", and this is "${kind}"`);
  return {
    ...fresh(state.messages),
    request: state.request ?? {},
    earlier: state,
    approvals: new Map(Object.entries(approvals)),
    toolResults: toolResults.map((result) => ({ ...result, content: limited(result.content, Infinity) })),
  };
}
