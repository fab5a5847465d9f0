import type { CallToolResult } from '@modelcontextprotocol/server';
import {
  call as callOf,
  inSpan,
  isTakoError,
  type Call,
  type Clock,
  type Principal,
  type TraceContext,
  type Tracer,
} from '@tako/core';

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
  /** Where the caller's trace stands, if they told. */
  readonly trace: TraceContext | undefined;
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

  async #run(incoming: IncomingCall): Promise<CallToolResult | undefined> {
    const { name, given, principal, signal: outer, trace } = incoming;
    const signal = AbortSignal.any([outer, this.#stop.signal]);
    const { maxResultBytes, tracer } = this.#limits;
    try {
      const span = trace === undefined ? undefined : tracer?.remote?.(trace, 'server_request');
      const context = callOf({ signal, principal, tracer, span });
      const tool = (await this.#catalog(context)).get(name);
      if (tool === undefined) return undefined; // before the span: only known names go into traces
      const method = 'tools/call';
      const start = { kind: 'server_request', name: `${method} ${name}`, attributes: { method, tool: name } } as const;
      return await inSpan(context, start, async (call, own) => {
        const result = await this.#answer(tool, given, call, incoming);
        if (result.isError === true) own?.set({ isError: true });
        return bounded(result, maxResultBytes);
      });
    } catch (error) {
      outer.throwIfAborted();
      return bounded(failure(explained(error)), maxResultBytes);
    }
  }

  async #answer(tool: ServedTool, given: unknown, call: Call, { id, report }: IncomingCall): Promise<CallToolResult> {
    const { clock, callTimeoutMs } = this.#limits;
    const checked = await tool.check(given);
    if (!checked.ok) return failure(problemOf(tool, checked.problem));
    const bounds = {
      signal: call.signal,
      timeoutMs: tool.timeoutMs ?? callTimeoutMs,
      clock,
      what: `the tool "${tool.name}"`,
    };
    return within(bounds, (inner) => tool.run(checked.value, { ...call, signal: inner }, id, report));
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
