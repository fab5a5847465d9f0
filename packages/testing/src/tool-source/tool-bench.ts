import { call, type Call, type Tool, type ToolOutput } from '@tako/core';

import { expectEqual, within } from '../conformance/bench/expectation.js';
import { leaks } from '../secrets/scan/leaks.js';
import { runTool } from './run-tool.js';
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
    return this.#scanned(within(patienceMs, runTool(tools, name, input, context), `the call of ${name}`));
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

/** What a promise is rejected with; `undefined` where it is not. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error ?? new Error('rejected with nothing'),
  );
}
