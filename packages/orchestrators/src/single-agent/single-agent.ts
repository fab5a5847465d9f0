import {
  invalidOptions,
  providerError,
  systemClock,
  type Orchestrator,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type TakoError,
} from '@tako/core';

import { runTurns } from '../turn/turn-loop.js';
import type { TurnOptions } from '../turn/turn-options.js';
import type { SingleAgentOptions } from './single-agent-options.js';

/**
 * One model with tools: it answers, or calls tools and reads their results, until it is done.
 *
 * ```ts
 * const agent = new SingleAgent({ provider: openai({ model: 'gpt-6-luna' }), tools: [weather] });
 * const { text, costUsd } = await agent.run('Do I need an umbrella in Bergen today?');
 * ```
 *
 * An agent holds no state: any number of runs may go on at the same time.
 */
export class SingleAgent<Output = unknown> implements Orchestrator<Output> {
  readonly contract = 1;
  readonly kind: string = 'single_agent';
  /** What it was made of, defaults filled in: for `dryRun`. Its form may change in any release. */
  readonly options: object;

  /** @throws `invalid` for options that cannot work; no I/O is done. */
  constructor(options: SingleAgentOptions<Output>) {
    this.options = settle(options, this.kind);
  }

  /** See `Orchestrator.stream`. */
  stream(input: RunInput, options: RunOptions = {}): AsyncGenerator<RunEvent<Output>, void, undefined> {
    const settled = this.options as TurnOptions; // the constructor settled them
    // A tracer brings along what it takes to trace a run: an agent that nobody listens to carries none of it.
    return (
      options.tracer?.run<TurnOptions, Output>(runTurns, settled, input, options) ?? runTurns(settled, input, options)
    );
  }

  /** See `Orchestrator.run`. */
  async run(input: RunInput, options?: RunOptions): Promise<RunResult<Output>> {
    for await (const event of this.stream(input, options)) if (event.type === 'finish') return event.result;
    throw providerError('malformed_response', 'the run has no end');
  }
}

function settle(options: SingleAgentOptions, kind: string): TurnOptions {
  const {
    provider,
    candidates = [],
    router,
    system,
    tools = [],
    mcpServers = [],
    output,
    maxSteps = 8,
    maxOutputRepairs = 2,
    maxParallelTools = 8,
    toolTimeoutMs = 60_000,
    maxToolResultCharacters = 100_000,
    approve,
    prepareStep,
    onStepEnd,
    stopWhen,
    clock = systemClock(globalThis),
    ...request
  } = options;
  if (!has(provider, 'stream')) throw refused('a provider is needed');
  if (output !== undefined && !has(output, 'plan')) throw refused('output is structuredOutput(schema)');
  if (![tools, mcpServers].every((list) => Array.isArray(list))) throw refused('tools and mcpServers are lists');
  atLeast('maxSteps', maxSteps, 1);
  atLeast('maxOutputRepairs', maxOutputRepairs, 0);
  atLeast('maxParallelTools', maxParallelTools, 1);
  atLeast('toolTimeoutMs', toolTimeoutMs, 1);
  atLeast('maxToolResultCharacters', maxToolResultCharacters, 1);
  if (candidates.length > 0 && router === undefined) {
    throw refused('candidates need a router');
  }
  return {
    kind,
    provider,
    candidates,
    router,
    system,
    tools,
    mcpServers,
    request,
    output,
    maxSteps,
    maxOutputRepairs,
    maxParallelTools,
    toolTimeoutMs,
    maxToolResultCharacters,
    approve,
    prepareStep,
    onStepEnd,
    stopWhen,
    clock,
  };
}

/** From JavaScript, or from a map that lacks it, anything may come. */
function has(value: unknown, method: string): boolean {
  return typeof (Object(value) as Record<string, unknown>)[method] === 'function';
}

function refused(message: string): TakoError {
  return invalidOptions('SingleAgent', message);
}

function atLeast(name: string, value: number, least: number): void {
  if (!(value >= least)) throw refused(`${name} must be at least ${least}, got ${value}`);
}
