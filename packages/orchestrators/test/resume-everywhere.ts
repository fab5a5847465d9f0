import type {
  ApprovalDecision,
  Orchestrator,
  ResumeInput,
  RunInput,
  RunResult,
  RunState,
  ToolResultPart,
} from '@tako/core';
import { expect } from 'vitest';

import { play } from './play.js';

/** How somebody outside answers what a run waits for. */
export interface Outside {
  readonly decide: (toolCallId: string) => ApprovalDecision;
  readonly answer: (toolCallId: string) => ToolResultPart;
}

/** A run of its own for every start: an agent, and the ids of the tool calls that it executed. */
export type MakeRun<Output> = () => { readonly agent: Orchestrator<Output>; readonly executed: readonly string[] };

const nobody: Outside = {
  decide: (id) => ({ action: 'deny', reason: `nobody decides about ${id}` }),
  answer: (id) => {
    throw new Error(`nobody answers ${id}`);
  },
};

/**
 * Runs, and then once more from every state that was saved on the way, each through JSON: every one of these runs must
 * come to the same end, and execute no tool call that its state has the result of.
 *
 * @returns the result, and how many states there were
 */
export async function resumeEverywhere<Output>(
  makeRun: MakeRun<Output>,
  input: RunInput,
  outside: Outside = nobody,
): Promise<{ readonly result: RunResult<Output>; readonly states: number }> {
  const saved: string[] = [];
  const result = await toTheEnd(makeRun, input, outside, (state) => saved.push(state));
  for (const json of saved) {
    const state = JSON.parse(json) as RunState;
    const executed: string[] = [];
    const again = await toTheEnd(makeRun, { state }, outside, () => undefined, executed);
    expect(again).toMatchObject({ stopReason: result.stopReason, steps: result.steps, text: result.text });
    expect(again.output).toEqual(result.output);
    expect(again.messages).toEqual(JSON.parse(JSON.stringify(result.messages)));
    expect(again.usage).toEqual(result.usage);
    expect(again.costUsd).toEqual(result.costUsd);
    expect(again.calls).toHaveLength(result.calls.length);
    expect(again.state.runId).toBe(result.state.runId);
    for (const id of finishedCalls(state)) expect(executed, `${id} had its result`).not.toContain(id);
    expect(new Set(executed).size, 'no call runs twice').toBe(executed.length);
  }
  return { result, states: saved.length };
}

/** Runs, and resumes with what is waited for until nothing is. */
async function toTheEnd<Output>(
  makeRun: MakeRun<Output>,
  input: RunInput,
  outside: Outside,
  onState: (json: string) => unknown,
  executed: string[] = [],
): Promise<RunResult<Output>> {
  let next = input;
  for (;;) {
    const run = makeRun();
    const { result } = await play(run.agent, next, {
      onState: (state) => {
        onState(JSON.stringify(state));
      },
    });
    executed.push(...run.executed);
    if (result.pending.length === 0) return result;
    next = answerTo(result, outside);
  }
}

function answerTo({ pending, state }: RunResult, { decide, answer }: Outside): ResumeInput {
  const decided = pending.filter(({ waitsFor }) => waitsFor === 'approval').map(({ toolCallId }) => toolCallId);
  const clients = pending.filter(({ waitsFor }) => waitsFor === 'client').map(({ toolCallId }) => toolCallId);
  return {
    state: JSON.parse(JSON.stringify(state)) as RunState,
    approvals: Object.fromEntries(decided.map((id) => [id, decide(id)])),
    toolResults: clients.map(answer),
  };
}

function finishedCalls({ messages, toolResults }: RunState): string[] {
  const inHistory = messages.flatMap((message) => (message.role === 'tool' ? message.content : []));
  return [...inHistory, ...toolResults].map(({ toolCallId }) => toolCallId);
}
