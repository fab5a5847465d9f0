import { estimateUsage, type RunInput } from '@tako/core';

import type { Worker } from '../tree/worker.js';
import { readInput } from '../turn/read-input.js';
import { boundOf } from './bound-of.js';

/** What a run may use. A figure that is absent is not known; it is never counted as nothing. */
export interface WorstCase {
  /** Model calls, judges and routers included. */
  readonly calls: number | undefined;
  /** In US dollars. */
  readonly usd: number | undefined;
  /** For each provider by its id, at the most; not all of them can come to that together. */
  readonly byProvider: {
    readonly [providerId: string]: { readonly calls: number | undefined; readonly usd: number | undefined };
  };
  /** What keeps a figure from being known, or from being complete: one sentence each. */
  readonly unknown: readonly string[];
  /** All of it in a few lines, for people. */
  readonly summary: string;
}

/**
 * The most model calls that a run of this orchestrator (or model) can make on this input, and the most that they can cost,
 * before any is made. Nothing is asked, and nothing is run.
 *
 * ```ts
 * const { calls, usd, summary } = dryRun(new Conductor({ coordinator, workers, verifier }), 'Which supplier should we take?');
 * ```
 *
 * Every revision, repair and turn is counted as taken, by the dearest of those who may take it. Limits (`maxCalls`,
 * `maxUsd`, `maxDepth`) are counted with; tokens are estimated from characters as `estimateUsage` does, answers are as
 * long as `maxOutputTokens` of the request or of the model allows. Not counted: tries of layers around the providers
 * (retry, fallback, hedging), runs that tools start, and calls that a verifier, guard or router of your own makes, unless
 * it says so by a field `asks`; these are named in `unknown`. A run that is resumed is counted as if it began anew.
 *
 * @throws `invalid` for input that cannot be run.
 */
export function dryRun(worker: Worker, input: RunInput): WorstCase {
  const { messages, request } = readInput(input, kindOf(worker, input));
  const bound = boundOf(worker, {
    promptTokens: estimateUsage({ ...request, messages }, []).inputTokens,
    maxOutputTokens: request.maxOutputTokens,
    hasTools: (request.tools ?? []).length > 0,
    depthLeft: Infinity,
    roundsLeft: Infinity,
    boundOf,
  });
  const calls = known(bound.calls);
  const usd = known(bound.usd);
  const shares = [...bound.byProvider].map(
    ([id, share]) => [id, { calls: known(share.calls), usd: known(share.usd) }] as const,
  );
  const unknown = [...bound.unknown];
  const summary = [
    `at most ${inWords(calls, usd)}`,
    ...shares.map(([id, share]) => `  ${id}: ${inWords(share.calls, share.usd)}`),
    ...unknown.map((sentence) => `  not known: ${sentence}`),
  ].join('\n');
  return { calls, usd, byProvider: Object.fromEntries(shares), unknown, summary };
}

function kindOf(worker: Worker, input: RunInput): string {
  if ('kind' in worker) return worker.kind;
  return typeof input === 'object' && 'state' in input ? input.state.kind : '';
}

function known(figure: number): number | undefined {
  return figure === Infinity ? undefined : figure;
}

function inWords(calls: number | undefined, usd: number | undefined): string {
  const counted = calls === undefined ? 'an unknown number of calls' : `${calls} ${calls === 1 ? 'call' : 'calls'}`;
  return `${counted}, ${usd === undefined ? 'unknown price' : `$${usd.toFixed(4)}`}`;
}
