import { call, isToolOutput, type Call, type Tool, type ToolOutput } from '@tako/core';

import { expectEqual, expectThat, shown, within } from '../conformance/bench/expectation.js';
import { leaks } from '../secrets/scan/leaks.js';
import type { StartedToolSource } from './tool-source-under-test.js';

/** Longer than any of it takes, on a busy machine too. */
const patienceMs = 20_000;

/** What a case works with: one source, and its far side. */
export class ToolBench {
  readonly #started: StartedToolSource;

  constructor(started: StartedToolSource) {
    this.#started = started;
  }

  /** The tools there are now. */
  tools(context: Call = call()): Promise<readonly Tool[]> {
    return this.#scanned(within(patienceMs, this.#started.source.tools(context), 'the list of tools'));
  }

  /** Runs a tool, by the beginning of its name, as a turn loop does. */
  async run(name: string, input: object = {}, context: Call = call()): Promise<ToolOutput> {
    return this.runOf(await this.tools(context), name, input, context);
  }

  /** Runs a tool of a list that is there already. */
  async runOf(tools: readonly Tool[], name: string, input: object = {}, context: Call = call()): Promise<ToolOutput> {
    const execute = tools.find((tool) => tool.name === name)?.execute;
    if (execute === undefined)
      throw new Error(`there is no tool ${name} among ${shown(tools.map((tool) => tool.name))}`);
    // The loop validates arguments; these are what the server takes.
    const running = Promise.resolve(execute(input as never, { call: context, toolCallId: 'call_1' }));
    const output = await this.#scanned(within(patienceMs, running, `the call of ${name}`));
    expectThat(isToolOutput(output), `a tool's output must be made by toolOutput, got ${shown(output)}`);
    return output;
  }

  close(): Promise<void> {
    return within(patienceMs, this.#started.close(), 'close');
  }

  async stop(): Promise<void> {
    await this.close();
    await this.#started.stop?.();
  }

  /** The same promise; what it is rejected with must show no credential. */
  async #scanned<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      expectEqual(leaks(this.#started.secrets ?? [], error), [], 'credentials in what was thrown');
      throw error;
    }
  }
}

/** The text of an output, and nothing else. */
export function textOf(output: ToolOutput): string {
  return output.content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('');
}

/** What a promise is rejected with; `undefined` where it is not. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error ?? new Error('rejected with nothing'),
  );
}
