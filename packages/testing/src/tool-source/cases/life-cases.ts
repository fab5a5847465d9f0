import { expectCode, expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import { outputText } from '../run-tool.js';
import { failureOf } from '../tool-bench.js';
import type { ToolCase } from './tool-case.js';

/** How a source takes the death of its server, and its own end. */
export const lifeCases: readonly ToolCase[] = [
  {
    name: 'death: a server that dies in mid-call rejects every call that waits, with `transport`',
    run: async (bench) => {
      const tools = await bench.tools();
      const waiting = Array.from({ length: 5 }, () => failureOf(bench.runOf(tools, 'hang')));
      await bench.runOf(tools, 'echo', { text: 'it has all of them' });
      waiting.push(failureOf(bench.runOf(tools, 'crash')));
      for (const error of await Promise.all(waiting)) {
        expectThat(expectCode(error, 'a call that waited', 'transport').retryable, 'the error must be retryable');
      }
    },
  },
  {
    name: 'death: the next call, by a tool listed before, finds a server again',
    run: async (bench) => {
      const tools = await bench.tools();
      const before = outputText(await bench.runOf(tools, 'instance'));
      expectCode(await failureOf(bench.runOf(tools, 'crash')), 'the call', 'transport');
      const after = outputText(await bench.runOf(tools, 'instance'));
      expectThat(after !== before, 'the server that answers now must be another one');
    },
  },
  {
    name: 'death: the tools are listed anew afterwards',
    run: async (bench) => {
      const tools = await bench.tools();
      await bench.runOf(tools, 'grow');
      expectThat(
        (await bench.tools()).some(({ name }) => name === 'grown_0'),
        'grown_0 is missing',
      );
      expectCode(await failureOf(bench.runOf(tools, 'crash')), 'the call', 'transport');
      expectThat(!(await bench.tools()).some(({ name }) => name === 'grown_0'), 'the list is that of the dead server');
    },
  },
  {
    name: 'death: ten times in a row',
    run: async (bench) => {
      const tools = await bench.tools();
      for (let round = 0; round < 10; round++) {
        expectCode(await failureOf(bench.runOf(tools, 'crash')), `the call of round ${round}`, 'transport');
      }
      expectEqual(outputText(await bench.runOf(tools, 'echo', { text: 'alive' })), 'alive', 'the answer after them');
    },
  },
  {
    name: 'end: close rejects what waits at once, and is for good',
    run: async (bench) => {
      const tools = await bench.tools();
      const waiting = failureOf(bench.runOf(tools, 'hang'));
      await bench.runOf(tools, 'echo', { text: 'it has the call' });
      const closing = bench.close();
      expectCode(await waiting, 'the call that waited', 'transport');
      await closing;
      for (const failure of [failureOf(bench.tools()), failureOf(bench.runOf(tools, 'echo'))]) {
        const error = expectCode(await failure, 'what was asked after the end', 'transport');
        expectEqual(error.retryable, false, 'retryable');
      }
      await bench.close();
    },
  },
  {
    name: 'end: a source that was never used can be closed',
    run: (bench) => bench.close(),
  },
];
