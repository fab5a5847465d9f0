import { user, type Message, type RunState } from '@tako/core';

import { expectCode, expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import { question } from '../orchestrator-bench.js';
import type { OrchestratorCase } from './orchestrator-case.js';

/** What a run starts from, and what it comes to. */
export const inputCases: readonly OrchestratorCase[] = [
  {
    name: 'run: it tells its events in order, and ends with a finished answer',
    run: async (bench) => {
      const { result, events, model, toolRuns } = await bench.playWell();
      expectThat(['final', 'max_steps'].includes(result.stopReason), `it ended with ${result.stopReason}`);
      expectThat(model.answers.includes(result.text), `"${result.text}" is no answer that the model gave`);
      expectEqual(events.filter(({ type }) => type === 'finish').length, 1, 'events of type finish');
      expectThat(toolRuns.finished > 0, 'those who do the work must be given the tools');
      const [first] = result.messages;
      expectEqual(first, user(question), 'the first message of the result');
      expectEqual(result.messages.at(-1)?.role, 'assistant', 'the role of the last message');
    },
  },
  {
    name: 'run: it works without tools',
    run: async (bench) => {
      const { result, model } = await bench.playWell({ hasTool: false });
      expectThat(model.answers.includes(result.text), `"${result.text}" is no answer that the model gave`);
    },
  },
  {
    name: 'run: `run` comes to what `stream` comes to',
    run: async (bench) => {
      const { result } = await bench.playWell();
      const ran = await bench.rig().orchestrator.run(question);
      const { text, usage, costUsd, steps, stopReason } = ran;
      const { text: t, usage: u, costUsd: c, steps: s, stopReason: r } = result;
      expectEqual([text, usage, costUsd, steps, stopReason], [t, u, c, s, r], 'the result of `run`');
    },
  },
  {
    name: 'run: nothing happens before the first event is asked for',
    run: async (bench) => {
      const { orchestrator, model } = bench.rig();
      orchestrator.stream(question);
      await new Promise(setImmediate);
      expectEqual(model.calls, 0, 'model calls');
    },
  },
  {
    name: 'run: a question, a conversation and a full request are alike',
    run: async (bench) => {
      const { result } = await bench.playWell();
      const messages: Message[] = [user(question)];
      for (const input of [messages, { messages }]) {
        const { result: same } = await bench.playWell({}, input);
        expectEqual([same.text, same.usage], [result.text, result.usage], 'text and usage');
      }
    },
  },
  {
    name: 'run: two at once of one orchestrator, and one after them, do not mix',
    run: async (bench) => {
      const { result } = await bench.playWell();
      const { orchestrator } = bench.rig();
      const both = await Promise.all([orchestrator.run(question), orchestrator.run(question)]);
      const all = [...both, await orchestrator.run(question)];
      for (const one of all) {
        expectEqual([one.text, one.usage, one.steps], [result.text, result.usage, result.steps], 'one of them');
      }
      const ids = new Set(all.map(({ state }) => state.runId));
      expectEqual(ids.size, 3, 'ids of three runs');
    },
  },
  {
    name: 'run: input that cannot be run is `invalid`, asks no model, and leaves no listener',
    run: async (bench) => {
      const { state } = (await bench.playWell()).result;
      const strange = { ...state, version: 2 } as unknown as RunState; // from a file of another release
      const inputs = [[], { messages: [] }, { state: strange }, { state: { ...state, kind: 'of somebody else' } }];
      for (const input of inputs) {
        const { error, model } = await bench.play(bench.rig(), input);
        expectCode(error, `a run from ${JSON.stringify(input).slice(0, 60)}`, 'invalid');
        expectEqual(model.calls, 0, 'model calls');
      }
    },
  },
];
