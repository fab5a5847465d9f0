import { Budget } from '@tako/budget';
import { isTakoError, noUsage, type Environment, type RunEvent, type RunResult } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';

import { account, type RunUse } from './account.js';
import type { Arguments } from './arguments.js';
import { chooseModel } from './choose-model.js';
import { changingTools, toolServers } from './servers.js';
import { Terminal, type Output } from './terminal.js';

/** What the app has of its surroundings. */
export interface Surroundings {
  readonly environment: Environment;
  /** Text for people, or events as JSON lines. */
  readonly stdout: Output;
  /** Notes and errors. */
  readonly stderr: Output;
  /** Aborts the run. */
  readonly signal: AbortSignal;
  /** Whether stdout takes colours. */
  readonly rich: boolean;
}

/**
 * Asks an agent the question, and prints its work as it goes. The servers are closed when it is over, however it ends.
 *
 * @param folder absolute, without links
 * @throws what the run throws, after what was used is printed
 */
export async function ask(asked: Arguments, folder: string, surroundings: Surroundings): Promise<RunResult> {
  const { environment, stdout, stderr, signal, rich } = surroundings;
  const { provider, note, free } = await chooseModel({ ...asked, environment, signal });
  const terminal = new Terminal(asked.json ? stderr : stdout, { rich: rich && !asked.json });
  const show = asked.json ? writesJson(stdout) : (event: RunEvent) => terminal.show(event);
  const servers = toolServers(folder);
  const agent = new SingleAgent({
    provider: asked.maxUsd === undefined ? provider : new Budget({ maxUsdPerRun: asked.maxUsd }).layer(provider),
    system: instructions(folder),
    mcpServers: servers,
    maxSteps: asked.maxSteps,
    approve: ({ name }) =>
      asked.allowChanges || !changingTools.has(name)
        ? { action: 'allow' }
        : { action: 'deny', reason: 'nothing may be changed; the person who asks can allow it with --allow-changes' },
  });
  let isNoted = false;
  try {
    for await (const event of agent.stream(asked.question, { signal })) {
      // Said when the model has answered: where it cannot be had, the error is the only line.
      if (!isNoted && event.type !== 'run_start' && event.type !== 'step_start') {
        stderr.write(`${note}\n`);
        isNoted = true;
      }
      show(event);
      if (event.type !== 'finish') continue;
      const { result } = event;
      if (result.stopReason !== 'final') terminal.line(`ended early: ${result.stopReason}`);
      terminal.line(account(result, free));
      return result;
    }
    throw new Error('the run ended without its finish event');
  } catch (error) {
    terminal.abandon();
    const used = useOf(error);
    if (used !== undefined && (isNoted || signal.aborted)) terminal.line(account(used, free));
    throw error;
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

function instructions(folder: string): string {
  return (
    `You answer questions with the tools you are given. The folder that is asked about is ${folder} ; paths are taken ` +
    'relative to it. Look things up, do not guess, and answer in a few sentences.'
  );
}

function writesJson(output: Output): (event: RunEvent) => void {
  return (event) => {
    output.write(`${JSON.stringify(event)}\n`);
  };
}

/** What a run had used when it broke off. */
function useOf(error: unknown): RunUse | undefined {
  if (!isTakoError(error) || error.partial === undefined) return undefined;
  const { usage = noUsage, costUsd, state } = error.partial;
  return { usage, costUsd, steps: state?.step ?? 0 };
}
