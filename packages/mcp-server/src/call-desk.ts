import type { CallToolResult } from '@modelcontextprotocol/server';
import { call as callOf, isTakoError, type Clock, type Principal, type Tracer } from '@tako/core';

import type { CallReport, ServedTool } from './served-tool.js';
import { bounded, failure } from './to-content.js';
import type { ToolCatalog } from './tool-catalog.js';
import { within } from './within.js';

/** What bounds calls. */
export interface CallLimits {
  readonly callTimeoutMs: number;
  readonly maxConcurrentCalls: number;
  readonly maxResultBytes: number;
  readonly clock: Clock;
  readonly tracer: Tracer | undefined;
}

/** One call as it came in. */
export interface IncomingCall {
  readonly id: string;
  readonly name: string;
  readonly given: unknown;
  readonly principal: Principal;
  readonly signal: AbortSignal;
  readonly report: CallReport;
}

/** Runs calls, whichever way they came in, within the limits they share. */
export class CallDesk {
  readonly #catalog: ToolCatalog;
  readonly #limits: CallLimits;
  readonly #running = new Set<Promise<unknown>>();
  readonly #stop = new AbortController();
  #isClosing = false;

  constructor(catalog: ToolCatalog, limits: CallLimits) {
    this.#catalog = catalog;
    this.#limits = limits;
  }

  /** Whether no more calls are taken. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** The tools there are for a principal. */
  async list(principal: Principal, signal: AbortSignal): Promise<readonly ServedTool[]> {
    return [...(await this.#catalog(callOf({ principal, signal }))).values()];
  }

  /** @returns the result, a failure included; `undefined` where there is no such tool @throws when the caller aborts. */
  async call(incoming: IncomingCall): Promise<CallToolResult | undefined> {
    if (this.#isClosing) return failure('The server is going down; call again later.');
    const { maxConcurrentCalls } = this.#limits;
    if (this.#running.size >= maxConcurrentCalls)
      return failure(`The server is busy with ${maxConcurrentCalls} calls, which is its limit; call again later.`);
    const work = this.#run(incoming);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  async #run({ id, name, given, principal, signal: outer, report }: IncomingCall): Promise<CallToolResult | undefined> {
    const signal = AbortSignal.any([outer, this.#stop.signal]);
    const { clock, callTimeoutMs, maxResultBytes, tracer } = this.#limits;
    try {
      const context = callOf({ signal, principal, tracer });
      const tool = (await this.#catalog(context)).get(name);
      if (tool === undefined) return undefined;
      const checked = await tool.check(given);
      if (!checked.ok) return bounded(failure(problemOf(tool, checked.problem)), maxResultBytes);
      const timeoutMs = tool.timeoutMs ?? callTimeoutMs;
      const result = await within({ signal, timeoutMs, clock, what: `the tool "${name}"` }, (inner) =>
        tool.run(checked.value, { ...context, signal: inner }, id, report),
      );
      return bounded(result, maxResultBytes);
    } catch (error) {
      outer.throwIfAborted();
      return bounded(failure(explained(error)), maxResultBytes);
    }
  }

  /** Takes no more calls, waits `graceMs` for those that run, then aborts them. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const idle = Promise.allSettled(this.#running);
    const stopTimer = this.#limits.clock.after(graceMs, () => this.#stop.abort(new Error('the server is closing')));
    await idle;
    stopTimer();
  }
}

function problemOf(tool: ServedTool, problem: string): string {
  return `The arguments do not fit the schema: ${problem}\nThe schema: ${JSON.stringify(tool.inputSchema)}`;
}

function explained(error: unknown): string {
  if (isTakoError(error)) return `The tool failed (${error.code}): ${error.message}`;
  return `The tool failed: ${error instanceof Error ? error.message : String(error)}`;
}
