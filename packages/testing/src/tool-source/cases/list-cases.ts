import { call } from '@tako/core';

import { expectCode, expectEqual, expectThat, shown } from '../../conformance/bench/expectation.js';
import { trackedSignal } from '../../tracked-signal.js';
import { outputText } from '../run-tool.js';
import { failureOf } from '../tool-bench.js';
import type { ToolCase } from './tool-case.js';

const known = [
  'echo',
  'instance',
  'image',
  'fail',
  'large',
  'hang',
  'cancelled',
  'late',
  'babble',
  'cyclic',
  'gather',
  'grow',
  'crash',
  'refuse',
];

/** What a list of tools is. */
export const listCases: readonly ToolCase[] = [
  {
    name: 'list: every tool of every page is there, once',
    run: async (bench) => {
      const names = (await bench.tools()).map(({ name }) => name);
      for (const name of known) expectThat(names.includes(name), `${name} is missing among ${shown(names)}`);
      expectEqual(names.length, known.length + 2, 'the number of tools');
      expectEqual(new Set(names).size, names.length, 'the number of different names');
    },
  },
  {
    name: 'list: every name is one that all vendors take, and tools whose own name is none can be called',
    run: async (bench) => {
      const tools = await bench.tools();
      for (const { name } of tools) expectThat(/^[a-zA-Z0-9_-]{1,64}$/.test(name), `${name} is no legal name`);
      const results = [];
      for (const { name } of tools.filter((tool) => !known.includes(tool.name))) {
        results.push(outputText(await bench.runOf(tools, name)));
      }
      expectEqual(results.toSorted(), ['long', 'odd'], 'what the two tools with illegal names answer');
    },
  },
  {
    name: 'list: every tool has a schema of type object, and its description',
    run: async (bench) => {
      for (const { name, description, inputSchema } of await bench.tools()) {
        expectEqual(inputSchema['type'], 'object', `the type of the schema of ${name}`);
        expectThat(description?.startsWith('The tool ') === true, `${name} has lost its description`);
      }
    },
  },
  {
    name: 'list: all who ask at once share one connection',
    run: async (bench) => {
      const lists = await Promise.all(Array.from({ length: 10 }, () => bench.tools()));
      const asked = await Promise.all(lists.map((tools) => bench.runOf(tools, 'instance')));
      expectEqual(new Set(asked.map(outputText)).size, 1, 'the number of servers that answered');
    },
  },
  {
    name: 'list: a tool that the server adds is there when the tools are next asked for',
    run: async (bench) => {
      await bench.run('grow');
      const names = (await bench.tools()).map(({ name }) => name);
      expectThat(names.includes('grown_0'), `grown_0 is missing among ${shown(names)}`);
    },
  },
  {
    name: 'list: ten thousand tools, most of which the server adds, are there, each once, and can be called',
    run: async (bench) => {
      const count = 10_000;
      await bench.run('grow', { by: count - (await bench.tools()).length });
      const tools = await bench.tools();
      expectEqual(new Set(tools.map(({ name }) => name)).size, count, 'the number of different names');
      expectEqual(tools.length, count, 'the number of tools');
      expectEqual(outputText(await bench.runOf(tools, 'grown_9000')), 'grown_9000', 'what one of the last answers');
    },
  },
  {
    name: 'list: who leaves early gets `cancelled` with the reason, and disturbs nobody',
    run: async (bench) => {
      const leaving = trackedSignal();
      const left = failureOf(bench.tools(call({ signal: leaving.signal })));
      const staying = bench.tools();
      staying.catch(() => undefined); // looked at below, if the case gets that far
      const reason = new Error('bye');
      leaving.abort(reason);
      expectEqual(expectCode(await left, 'the list of who left', 'cancelled').cause, reason, 'the cause');
      expectThat((await staying).length > 0, 'who stayed must get the tools');
      expectEqual(leaving.listeners, 0, 'the listeners left on the signal');
    },
  },
  {
    name: 'list: a signal that has aborted gets `cancelled`',
    run: async (bench) => {
      const context = call({ signal: AbortSignal.abort('no') });
      const error = expectCode(await failureOf(bench.tools(context)), 'the list', 'cancelled');
      expectEqual(error.cause, 'no', 'the cause');
    },
  },
];
