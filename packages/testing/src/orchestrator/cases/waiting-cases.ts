import type { PendingToolCall, RunInput, RunResult, RunState, ToolResultPart } from '@tako/core';

import { expectCode, expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import { requestWithClientTool, resultOf, type OrchestratorBench } from '../orchestrator-bench.js';
import type { OrchestratorCase } from './orchestrator-case.js';

/** More often than any run of the suite waits. */
const mostRounds = 50;

/** What waits for somebody outside. */
export const waitingCases: readonly OrchestratorCase[] = [
  {
    name: 'approval: tool calls wait, wherever in the tree; allowed, they run once, and the run comes to the same end',
    run: async (bench) => {
      const { result, toolRuns } = await bench.playWell();
      const { end, tools } = await untilDone(bench, 'approval', ({ pending, state }) => ({
        state,
        approvals: Object.fromEntries(pending.map(({ toolCallId }) => [toolCallId, { action: 'allow' }])),
      }));
      expectEqual([end.text, end.usage], [result.text, result.usage], 'text and usage');
      expectEqual(tools, toolRuns.finished, 'tool runs');
    },
  },
  {
    name: 'approval: a denied call is not run, and the model goes on',
    run: async (bench) => {
      const { end, tools } = await untilDone(bench, 'approval', ({ pending, state }) => ({
        state,
        approvals: Object.fromEntries(
          pending.map(({ toolCallId }) => [toolCallId, { action: 'deny', reason: 'not today' }]),
        ),
      }));
      expectThat(end.text !== '', 'there is no answer');
      expectEqual(tools, 0, 'tool runs');
    },
  },
  {
    name: 'approval: a decision about a call that does not wait is `invalid`',
    run: async (bench) => {
      const waiting = resultOf(await bench.play(bench.rig({ decision: { action: 'wait' } })));
      const [call] = waiting.pending;
      expectThat(call !== undefined, 'no tool call waits');
      for (const id of ['nobody', `9.9:${call.toolCallId}`, `${call.toolCallId}9`]) {
        const approvals = { [id]: { action: 'allow' } } as const;
        const played = await bench.play(bench.rig(), { state: waiting.state, approvals });
        expectCode(played.error, `a decision about "${id}"`, 'invalid');
        expectEqual(played.toolRuns.begun, 0, 'tool runs');
      }
    },
  },
  {
    name: 'client tools: a call waits for the result that the caller brings',
    run: async (bench) => {
      const { end } = await untilDone(bench, 'client', ({ pending, state }) => ({
        state,
        toolResults: pending.map(seen),
      }));
      expectThat(end.text !== '', 'there is no answer');
    },
  },
];

function seen({ toolCallId, name }: PendingToolCall): ToolResultPart {
  return {
    type: 'tool_result',
    toolCallId,
    name,
    content: [{ type: 'text', text: 'seen by the caller' }],
    isError: false,
  };
}

/** Runs, and goes on with what `answer` gives for all that waits, in another process each time. */
async function untilDone(
  bench: OrchestratorBench,
  waitsFor: 'approval' | 'client',
  answer: (waiting: RunResult) => RunInput,
): Promise<{ readonly end: RunResult; readonly tools: number }> {
  const isClient = waitsFor === 'client';
  let input: RunInput | undefined = isClient ? requestWithClientTool() : undefined;
  let tools = 0;
  for (let round = 0; round < mostRounds; round++) {
    const played = await bench.play(bench.rig(isClient ? { hasTool: false } : { decision: { action: 'wait' } }), input);
    const result = resultOf(played);
    tools += played.toolRuns.finished;
    if (result.pending.length === 0) {
      expectThat(round > 0, 'nothing waited');
      return { end: result, tools };
    }
    expectEqual(result.stopReason, isClient ? 'tool_calls' : 'approval', 'the stop reason');
    const ids = result.pending.map(({ toolCallId }) => toolCallId);
    expectEqual(new Set(ids).size, ids.length, 'ids that tell the waiting calls apart');
    expectEqual([...new Set(result.pending.map((call) => call.waitsFor))], [waitsFor], 'what they wait for');
    const state = JSON.parse(JSON.stringify(result.state)) as RunState; // it was one a moment ago
    input = answer({ ...result, state });
  }
  throw new Error(`calls still wait after ${mostRounds} rounds of answers`);
}
