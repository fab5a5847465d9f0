import type { RunOptions } from '../orchestrator/orchestrator.js';
import type { Router } from '../orchestrator/router.js';
import type { RunEvent } from '../orchestrator/run-event.js';
import { call as callOf, type Call } from '../provider/call.js';
import { wrapProvider, type Provider } from '../provider/provider.js';
import type { ToolSource } from '../tool/tool-source.js';
import { isToolOutput } from '../tool/tool-output.js';
import type { Tool } from '../tool/tool.js';
import { inSpan } from './in-span.js';
import type { RunParts } from './run-parts.js';
import type { Span, Tracer } from './tracer.js';

/** What an approval hook is asked, as far as a trace tells of it. */
interface ApprovalQuestion {
  readonly name: string;
  readonly toolCallId: string;
  readonly step: number;
  readonly signal: AbortSignal;
}

/** The spans of one run that has one line of work: its own, the one of the step it is in, and those of its parts. */
export class RunSpans {
  readonly run: Span;
  readonly #tracer: Tracer;
  /** The step that goes on. It opens with the first thing that happens in it: its route, before it is told. */
  #step: Span | undefined;
  /** Ids of tool calls that have a span. */
  readonly #called = new Set<string>();

  constructor(tracer: Tracer, kind: string, options: RunOptions) {
    this.#tracer = tracer;
    this.run = tracer.start('run', kind, { kind, runId: options.runId }, options.span);
  }

  /** The same parts, each telling of itself. */
  partsOf({ provider, candidates, router, tools, mcpServers, approve }: RunParts): Partial<RunParts> {
    return {
      ...(provider === undefined ? {} : { provider: this.#provider(provider) }),
      ...(candidates === undefined ? {} : { candidates: candidates.map((one) => this.#provider(one)) }),
      ...(router === undefined ? {} : { router: this.#router(router) }),
      ...(tools === undefined ? {} : { tools: tools.map((one) => this.#tool(one)) }),
      ...(mcpServers === undefined ? {} : { mcpServers: mcpServers.map((one) => this.#source(one)) }),
      ...(approve === undefined ? {} : { approve: this.#approve(approve) }),
    };
  }

  /** Takes the next event of the run. */
  hear(event: RunEvent): void {
    switch (event.type) {
      case 'run_start':
        this.run.set({ runId: event.runId });
        break;
      case 'step_start':
        this.#stepAt(event.step).set({ providerId: event.providerId });
        if (event.reason !== undefined) this.#step?.content?.('reason', event.reason);
        break;
      case 'tool_call_result':
        if (event.isError && !this.#called.has(event.toolCallId))
          this.#here.event('tool_refused', { tool: event.name, toolCallId: event.toolCallId });
        break;
      case 'warning':
        this.#here.event('warning', { code: event.code, step: event.step, branch: event.branch });
        break;
      case 'plan':
        this.run.event('plan', { round: event.step, steps: event.plan.steps.length });
        break;
      case 'verifier_score':
        if (event.isPartial)
          this.run.event('partial_score', { score: event.score, step: event.step, branch: event.branch });
        break;
      case 'step_end':
        this.#step?.set({ finishReason: event.finishReason });
        this.#endStep();
        break;
      case 'finish': {
        const { stopReason, steps, usage, costUsd, calls } = event.result;
        this.run.set({ stopReason, steps, modelCalls: calls.length, ...usage, estimated: undefined, costUsd });
        break;
      }
      default: // deltas, and what has spans of its own
    }
  }

  /** Ends what is open. */
  end(error: unknown): void {
    this.#endStep(error);
    this.run.end(error);
  }

  get #here(): Span {
    return this.#step ?? this.run;
  }

  #stepAt(step: number): Span {
    this.#step ??= this.#tracer.start('step', `step ${step}`, { step, branch: 0 }, this.run);
    return this.#step;
  }

  #endStep(error?: unknown): void {
    this.#step?.end(error);
    this.#step = undefined;
  }

  #provider(provider: Provider): Provider {
    const traced = this.#tracer.calls(provider);
    return wrapProvider(provider, (request, call) => traced.stream(request, { ...call, span: this.#here }));
  }

  #router(router: Router): Router {
    return {
      route: (request, call) => {
        const { step, candidates } = request;
        const attributes = { step, candidates: candidates.map(({ id }) => id) };
        const within: Call = { ...call, span: this.#stepAt(step) };
        return inSpan(within, { kind: 'router', name: 'route', attributes }, async (own, span) => {
          const route = await router.route(request, own);
          span?.set({ providerId: route.providerId, confidence: route.confidence });
          span?.content?.('reason', route.reason);
          return route;
        });
      },
      learn: router.learn === undefined ? undefined : (outcome) => router.learn?.(outcome),
      state: router.state === undefined ? undefined : () => router.state?.() ?? null,
    };
  }

  #approve(approve: NonNullable<RunParts['approve']>): (asked: ApprovalQuestion) => unknown {
    return (asked) => {
      const { name: tool, toolCallId, step, signal } = asked;
      const within = callOf({ signal, tracer: this.#tracer, span: this.#here });
      const start = { kind: 'policy', name: 'approve', attributes: { tool, toolCallId, step } } as const;
      return inSpan(within, start, async (_, span) => {
        // It is asked what it was made for.
        const decision = await approve(asked as never);
        if (typeof decision === 'object' && decision !== null && 'action' in decision)
          span?.set({ decision: String(decision.action) });
        return decision;
      });
    };
  }

  #source(source: ToolSource): ToolSource {
    return {
      name: source.name,
      tools: async (call) => {
        const tools = await source.tools({ ...call, span: this.run });
        return tools.map((one) => this.#tool(one));
      },
    };
  }

  #tool(tool: Tool): Tool {
    const { name, description, inputSchema, strict, schema, timeoutMs, execute } = tool;
    if (execute === undefined) return tool; // the caller runs it
    return {
      ...tool, // what a source has added; the fields by name as well, for a tool that is an instance of a class
      name,
      description,
      inputSchema,
      strict,
      schema,
      timeoutMs,
      execute: (input, { call, toolCallId }) => {
        this.#called.add(toolCallId);
        const start = { kind: 'tool', name, attributes: { tool: name, toolCallId } } as const;
        return inSpan({ ...call, span: this.#here }, start, async (own, span) => {
          span?.content?.('arguments', input);
          const result = await execute.call(tool, input, { call: own, toolCallId });
          if (isToolOutput(result) && result.isError) span?.set({ isError: true });
          span?.content?.('result', isToolOutput(result) ? result.content : result);
          return result;
        });
      },
    };
  }
}
