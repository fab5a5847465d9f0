import {
  addUsage,
  attachPartial,
  call as callOf,
  cancelled,
  chat,
  costUsd,
  invalidOptions,
  isTakoError,
  noUsage,
  ResponseBuilder,
  textOf,
  toolResults,
  toTakoError,
  user,
  type ApprovalDecision,
  type Call,
  type Message,
  type ModelCall,
  type Orchestrator,
  type PendingToolCall,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type RunState,
  type StopReason,
  type ToolCallPart,
  type ToolResultPart,
} from '@tako/core';

import type { OrchestratorParts } from '../../src/orchestrator/index.js';
import type { AgentFault } from './agent-faults.js';

/** One run of the small agent. */
interface SmallRun {
  readonly call: Call;
  readonly messages: Message[];
  readonly calls: ModelCall[];
  readonly approvals: ReadonlyMap<string, ApprovalDecision>;
  readonly request: RunState['request'];
  step: number;
  /** Results of the open tool call that the caller brought. */
  readonly brought: readonly ToolResultPart[];
}

/** As little of an agent as can keep every promise of `Orchestrator`; `fault` breaks one. */
export function smallAgent({ provider, tools, approve }: OrchestratorParts, fault?: AgentFault): Orchestrator {
  const kind = 'small_agent';
  const has = (name: AgentFault): boolean => fault === name;
  const memory: Message[] = [];

  function usageOf({ calls }: SmallRun) {
    return calls.reduce((sum, { usage }) => addUsage(sum, usage), noUsage);
  }

  function costOf({ calls }: SmallRun): number | undefined {
    const sum = calls.reduce((so, call) => so + (call.costUsd ?? Number.NaN), 0);
    if (Number.isNaN(sum)) return undefined;
    return has('cost in cents') ? Math.round(sum * 100) / 100 : sum;
  }

  function stateOf(run: SmallRun): RunState {
    const { messages, calls, request, step, call } = run;
    const cost = costOf(run);
    return {
      version: 1,
      kind,
      runId: call.runId,
      step,
      messages: [...messages],
      ...(request === undefined ? {} : { request }),
      toolResults: [],
      usage: usageOf(run),
      ...(cost === undefined ? {} : { costUsd: cost }),
      calls: [...calls],
    };
  }

  async function save(run: SmallRun, onState: RunOptions['onState']): Promise<void> {
    try {
      await onState?.(stateOf(run));
    } catch (error) {
      if (!has('unsaved states ignored')) throw toTakoError(error, 'invalid', 'onState threw');
    }
  }

  function begin(input: RunInput, options: RunOptions): SmallRun {
    const fresh = (messages: readonly Message[], request?: RunState['request']): SmallRun => {
      if (messages.length === 0) throw invalidOptions('run', 'the conversation is empty');
      const call = callOf(options);
      const before = has('shared memory') ? memory : [];
      return {
        call,
        messages: [...before, ...messages],
        calls: [],
        approvals: new Map(),
        request,
        step: 0,
        brought: [],
      };
    };
    if (typeof input === 'string') return fresh([user(input)]);
    if ('length' in input) return fresh(input);
    if (!('state' in input)) return fresh(input.messages, { tools: input.tools });
    const { state, approvals = {}, toolResults: brought = [] } = input;
    if (((state.version as number) !== 1 || state.kind !== kind) && !has('any state')) {
      throw invalidOptions('run', 'the state is of another kind');
    }
    const run = fresh(state.messages, state.request);
    const waits = openCall(run)?.id;
    for (const id of [...Object.keys(approvals), ...brought.map(({ toolCallId }) => toolCallId)]) {
      if (id !== waits && !has('any decision')) throw invalidOptions('run', `nothing waits for "${id}"`);
    }
    return {
      ...run,
      call: callOf({ ...options, runId: has('new id') ? undefined : state.runId }),
      calls: [...state.calls],
      approvals: new Map(has('decisions forgotten') ? [] : Object.entries(approvals)),
      step: state.step,
      brought,
    };
  }

  async function* ask(run: SmallRun): AsyncGenerator<RunEvent> {
    const { step, call } = run;
    const place = { step, branch: 0 };
    yield { type: 'step_start', ...place, providerId: provider.id };
    const offered = [...(has('no tools') ? [] : tools), ...(run.request?.tools ?? [])];
    const schemas = offered.map(({ name, inputSchema }) => ({ name, inputSchema }));
    const builder = new ResponseBuilder();
    const id = `call_${run.messages.length}`;
    const asked = has('no layer') ? provider : (call.enclosing?.layer(provider) ?? provider);
    const stream = asked.stream({ messages: [...run.messages], tools: schemas }, call)[Symbol.asyncIterator]();
    const book = (end: Pick<ModelCall, 'finishReason' | 'error'>): ModelCall => {
      const usage = builder.usage ?? noUsage;
      const cost = provider.price && { costUsd: costUsd(usage, provider.price) };
      const booked = { ...place, providerId: provider.id, usage, durationMs: 0, ...cost, ...end };
      run.calls.push(booked);
      return booked;
    };
    let isOver = false;
    try {
      for (;;) {
        isOver = true; // unless it gives an event
        const { done, value: event } = await stream.next();
        isOver = done === true;
        if (done === true) break;
        builder.add(event.type === 'tool_call_start' ? { ...event, id } : event);
        if (event.type === 'text_delta' && !has('untold answer'))
          yield { type: 'text_delta', ...place, text: event.text };
        if (event.type === 'tool_call_start') yield { type: event.type, ...place, toolCallId: id, name: event.name };
        if (event.type === 'tool_call_delta') {
          yield { type: event.type, ...place, toolCallId: id, argumentsDelta: event.argumentsDelta };
        }
        if (event.type === 'tool_call_end') {
          yield { type: event.type, ...place, toolCallId: id, name: 'look', arguments: event.arguments };
        }
        if (!has('deaf to aborts')) throwIfAborted(call.signal);
      }
      const { message, finishReason } = builder.response();
      run.messages.push(message);
      if (has('shared memory')) memory.push(message);
      run.step++;
      const booked = book({ finishReason });
      if (!has('calls untold')) yield { type: 'model_call', ...place, call: booked };
      if (has('calls told twice')) yield { type: 'model_call', ...place, call: booked };
    } catch (error) {
      if (!has('failed calls unbooked') && run.step === step) {
        book({ error: isTakoError(error) ? error.code : 'provider' });
      }
      throw error;
    } finally {
      if (!isOver && !has('stream stays open')) await stream.return?.();
    }
  }

  /** Whether the tool call has its result now; else it waits. */
  async function* settle(run: SmallRun, open: ToolCallPart): AsyncGenerator<RunEvent, PendingToolCall | undefined> {
    const wait = (waitsFor: PendingToolCall['waitsFor']): PendingToolCall => {
      return { toolCallId: open.id, name: open.name, arguments: open.arguments, waitsFor };
    };
    const brought = run.brought.find(({ toolCallId }) => toolCallId === open.id);
    if (brought !== undefined && !has('results forgotten')) {
      run.messages.push(toolResults(brought));
      return undefined;
    }
    const decision = run.approvals.get(open.id) ?? approve();
    if (decision.action === 'wait') return wait('approval');
    const tool = tools.find(({ name }) => name === open.name);
    if (tool?.execute === undefined) return wait('client');
    const text =
      decision.action === 'deny'
        ? decision.reason
        : String(await tool.execute(JSON.parse(open.arguments) as never, { call: run.call, toolCallId: open.id }));
    throwIfAborted(run.call.signal);
    const content = [{ type: 'text', text }] as const;
    const isError = decision.action === 'deny';
    run.messages.push(toolResults({ type: 'tool_result', toolCallId: open.id, name: open.name, content, isError }));
    const place = { step: run.step - 1, branch: 0, toolCallId: open.id, name: open.name };
    yield { type: 'tool_call_result', ...place, content, isError, durationMs: 0 };
    return undefined;
  }

  function resultOf(run: SmallRun, stopReason: StopReason, pending: readonly PendingToolCall[] = []): RunResult {
    const { messages, calls, step } = run;
    const last = messages.findLast(({ role }) => role === 'assistant');
    const text = last === undefined ? '' : textOf(last);
    const accounts = { usage: usageOf(run), costUsd: costOf(run), calls: [...calls], state: stateOf(run) };
    return { text, output: undefined, messages: [...messages], steps: step, stopReason, pending, ...accounts };
  }

  async function* play(input: RunInput, options: RunOptions = {}): AsyncGenerator<RunEvent, void, undefined> {
    if (has('listener stays')) options.signal?.addEventListener('abort', () => undefined);
    const run = begin(input, options);
    const { signal, runId } = run.call;
    const finish = (stopReason: StopReason, pending?: readonly PendingToolCall[]): RunEvent => {
      return { type: 'finish', result: resultOf(run, stopReason, pending) };
    };
    if (!has('no run_start')) yield { type: 'run_start', runId, kind: has('no kind') ? 'agent' : kind };
    try {
      if (!has('deaf to aborts')) throwIfAborted(signal);
      for (;;) {
        const open = openCall(run);
        if (open !== undefined) {
          const pending = yield* settle(run, open);
          if (pending !== undefined)
            return yield finish(pending.waitsFor === 'client' ? 'tool_calls' : 'approval', [pending]);
        } else if (run.step > 0 && run.messages.at(-1)?.role === 'assistant') {
          if (has('no plain JSON')) {
            yield { type: 'warning', step: 0, branch: 0, code: 'odd', message: new Date() as unknown as string };
          }
          yield finish('final');
          if (has('two finishes')) yield finish('final');
          return;
        } else {
          yield* ask(run);
          await save(run, options.onState);
          if (!has('deaf to aborts')) throwIfAborted(signal);
          yield stepEnd(run);
          if (!has('deaf to aborts')) throwIfAborted(signal);
          continue;
        }
        await save(run, options.onState);
        if (!has('deaf to aborts')) throwIfAborted(signal);
      }
    } catch (error) {
      if (isTakoError(error, 'budget_exhausted') && run.step > 0 && !has('budget always thrown')) {
        const failed = run.calls.at(-1);
        if (failed !== undefined) yield { type: 'model_call', step: failed.step, branch: 0, call: failed };
        return yield finish('budget');
      }
      const reason: unknown = has('aborts without reason') ? undefined : signal.reason;
      const failure = signal.aborted ? cancelled(reason) : error;
      if (has('failures without partial')) throw failure;
      throw attachPartial(failure, { content: [], usage: usageOf(run), costUsd: costOf(run), state: stateOf(run) });
    }
  }

  function stepEnd(run: SmallRun): RunEvent {
    const { finishReason = 'other' } = run.calls.at(-1) ?? {};
    return { type: 'step_end', step: run.step - 1, branch: 0, finishReason, usage: usageOf(run), costUsd: costOf(run) };
  }

  return {
    contract: 1,
    kind,
    stream(input, options) {
      const events = play(input, options);
      if (has('starts at once')) void chat(provider, { messages: [user('hello')] }).catch(() => undefined);
      return events;
    },
    async run(input, options) {
      for await (const event of play(input, options)) if (event.type === 'finish') return event.result;
      throw new Error('the run has no end');
    },
  };
}

function openCall({ messages }: SmallRun): ToolCallPart | undefined {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? last.content.find((part) => part.type === 'tool_call') : undefined;
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal.reason);
}
