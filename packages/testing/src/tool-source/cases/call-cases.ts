import { call } from '@tako/core';

import { expectCode, expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import { trackedSignal } from '../../tracked-signal.js';
import { outputText } from '../run-tool.js';
import { failureOf } from '../tool-bench.js';
import type { ToolCase } from './tool-case.js';

/** What a call comes to. */
export const callCases: readonly ToolCase[] = [
  {
    name: 'call: text arrives as it was sent, whatever its letters and lines',
    run: async (bench) => {
      for (const text of ['plain', 'grün 🐙 \u2028\u2029', 'two\r\nlines\n\n', '{"jsonrpc":"2.0"}', '\\n"']) {
        const output = await bench.run('echo', { text });
        expectEqual(outputText(output), text, 'the text');
        expectEqual(output.isError, false, 'isError');
      }
    },
  },
  {
    name: 'call: a text of four million characters arrives whole',
    run: async (bench) => {
      expectEqual(outputText(await bench.run('large', { characters: 4_000_000 })).length, 4_000_000, 'its length');
    },
  },
  {
    name: 'call: a text of 100 MiB arrives whole, or is an error with a code; the next call is answered',
    run: async (bench) => {
      const tools = await bench.tools();
      const characters = 100 * 1024 * 1024;
      const outcome: unknown = await bench
        .runOf(tools, 'large', { characters })
        .then((output) => outputText(output).length)
        .catch((error: unknown) => error);
      if (outcome !== characters) expectCode(outcome, 'the call', 'tool', 'transport');
      expectEqual(outputText(await bench.runOf(tools, 'echo', { text: 'next' })), 'next', 'the next answer');
    },
  },
  {
    name: 'call: an image is a part with its type',
    run: async (bench) => {
      const [part] = (await bench.run('image')).content;
      expectThat(part?.type === 'image' && part.mimeType === 'image/png', 'the part must be an image/png');
    },
  },
  {
    name: 'call: a failure that the tool tells of is an output with isError',
    run: async (bench) => {
      const output = await bench.run('fail');
      expectEqual([outputText(output), output.isError], ['it went wrong', true], 'the output');
    },
  },
  {
    name: 'call: one that the server refuses is thrown as `tool`, with the server’s words',
    run: async (bench) => {
      const error = expectCode(await failureOf(bench.run('refuse')), 'the call', 'tool');
      expectThat(error.message.includes('there is no tool refuse'), `the message lost the reason: ${error.message}`);
    },
  },
  {
    name: 'call: twenty at once, answered in another order, get their own answers',
    run: async (bench) => {
      const tools = await bench.tools();
      const marks = Array.from({ length: 20 }, (_, at) => `mark ${at}`);
      const answers = await Promise.all(marks.map((mark) => bench.runOf(tools, 'gather', { of: 20, mark })));
      expectEqual(answers.map(outputText), marks, 'the answers');
    },
  },
  {
    name: 'call: an abort in mid-call is `cancelled` at once, with its reason; the server hears of it and goes on',
    run: async (bench) => {
      const tools = await bench.tools();
      const aborting = trackedSignal();
      const hanging = failureOf(bench.runOf(tools, 'hang', {}, call({ signal: aborting.signal })));
      await bench.runOf(tools, 'echo', { text: 'it has the other one too' });
      const reason = new Error('enough');
      aborting.abort(reason);
      expectEqual(expectCode(await hanging, 'the call', 'cancelled').cause, reason, 'the cause');
      expectEqual(aborting.listeners, 0, 'the listeners left on the signal');
      // The word may come over another connection than the question for it.
      for (let tries = 0; ; tries++) {
        if (outputText(await bench.runOf(tools, 'cancelled')) === '1') break;
        expectThat(tries < 200, 'the server never heard that the call was cancelled');
      }
    },
  },
  {
    name: 'call: one whose signal has aborted is `cancelled`, and not sent',
    run: async (bench) => {
      const tools = await bench.tools();
      const context = call({ signal: AbortSignal.abort('no') });
      expectCode(await failureOf(bench.runOf(tools, 'grow', {}, context)), 'the call', 'cancelled');
      const names = (await bench.tools()).map(({ name }) => name);
      expectThat(!names.includes('grown_0'), 'the call was made all the same');
    },
  },
  {
    name: 'call: a hundred leave no listener on a signal that they share',
    run: async (bench) => {
      const tools = await bench.tools();
      const shared = trackedSignal();
      const context = call({ signal: shared.signal });
      await Promise.all(
        Array.from({ length: 100 }, (_, at) => bench.runOf(tools, 'echo', { text: String(at) }, context)),
      );
      expectEqual(shared.listeners, 0, 'the listeners left on the signal');
    },
  },
  {
    name: 'call: an answer that comes after the abort disturbs nobody',
    run: async (bench) => {
      const tools = await bench.tools();
      const aborting = trackedSignal();
      const waiting = failureOf(bench.runOf(tools, 'late', {}, call({ signal: aborting.signal })));
      await bench.runOf(tools, 'echo', { text: 'it has the other one too' });
      aborting.abort(new Error('enough'));
      expectCode(await waiting, 'the call', 'cancelled');
      for (const text of ['one', 'two', 'three']) {
        expectEqual(outputText(await bench.runOf(tools, 'echo', { text })), text, 'the text');
      }
    },
  },
  {
    name: 'call: answers that repeat, or that nobody asked for, disturb nobody',
    run: async (bench) => {
      const tools = await bench.tools();
      expectEqual(outputText(await bench.runOf(tools, 'babble')), 'first', 'the text');
      for (const text of ['one', 'two', 'three']) {
        expectEqual(outputText(await bench.runOf(tools, 'echo', { text })), text, 'the text');
      }
    },
  },
  {
    name: 'call: a tool whose schema refers to itself is listed as it is, and can be called',
    run: async (bench) => {
      const tools = await bench.tools();
      const schema = JSON.stringify(tools.find(({ name }) => name === 'cyclic')?.inputSchema ?? {});
      expectThat(schema.includes('#/$defs/entry'), `the schema lost its references: ${schema}`);
      expectEqual(outputText(await bench.runOf(tools, 'cyclic', { next: { next: {} } })), 'round', 'the text');
    },
  },
];
