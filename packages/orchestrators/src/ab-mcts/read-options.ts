import { invalidOptions, systemClock, type Provider, type Router } from '@tako/core';

import { checkLimits } from '../tree/limits.js';
import { quoted } from '../tree/quoted.js';
import type { Settled } from '../tree/settled.js';
import { checkVerifier, checkWorker, type Worker } from '../tree/worker.js';
import type { AbMctsGenerators, AbMctsOptions, Refinement } from './ab-mcts-options.js';

/** The models that a router chooses from. */
export interface RoutedModels {
  readonly router: Router;
  readonly candidates: readonly Provider[];
}

/** The options of a search, checked, with their defaults. */
export type SearchSettings = Settled<Omit<AbMctsOptions, keyof AbMctsGenerators | 'checkpoint' | 'targetScore'>> & {
  /** By name, in the order given. */
  readonly generators: ReadonlyMap<string, Worker | RoutedModels>;
  readonly targetScore: number | undefined;
};

/** @throws `invalid` for options that cannot work */
export function readOptions(options: AbMctsOptions): SearchSettings {
  const {
    verifier,
    maxIterations = 16,
    parallel = 4,
    temperature = 0.7,
    targetScore,
    policy = 'aggregate',
    belief = 'beta',
    hedge = 2,
    generatorChoice = 'thompson',
    select = 'posterior_mean',
    seed = 1,
    refine = askToRefine,
    generationTimeoutMs = 120_000,
    limits = {},
    clock = systemClock(globalThis),
  } = options;
  const refuse = (why: string): never => {
    throw invalidOptions('AbMcts', why);
  };
  checkLimits(limits, 'AbMcts');
  checkVerifier(verifier, 'AbMcts');
  if (!isWhole(maxIterations)) refuse(`maxIterations must be a whole number from 1, got ${maxIterations}`);
  if (!isWhole(parallel)) refuse(`parallel must be a whole number from 1, got ${parallel}`);
  if (targetScore !== undefined && !(targetScore >= 0 && targetScore <= 1))
    refuse(`targetScore must be 0 to 1, got ${targetScore}`);
  if (!Number.isInteger(seed)) refuse(`seed must be a whole number, got ${seed}`);
  if (!(generationTimeoutMs > 0)) refuse(`generationTimeoutMs must be above 0, got ${generationTimeoutMs}`);
  return {
    generators: readGenerators(options),
    verifier,
    maxIterations,
    parallel,
    temperature,
    targetScore,
    policy,
    belief,
    hedge,
    generatorChoice,
    select,
    seed,
    refine,
    generationTimeoutMs,
    limits,
    clock,
  };
}

function readGenerators(options: AbMctsGenerators): ReadonlyMap<string, Worker | RoutedModels> {
  const { provider, generators, router, candidates = [] } = options;
  if (router !== undefined) {
    const all = [provider, ...candidates];
    for (const candidate of all) checkWorker(candidate, 'AbMcts');
    return new Map([['routed', { router, candidates: all }]]);
  }
  const named: [string, Worker][] =
    generators === undefined
      ? provider === undefined
        ? []
        : [['kind' in provider ? provider.kind : provider.id, provider]]
      : Object.entries(generators);
  if (named.length === 0) throw invalidOptions('AbMcts', 'pass a provider, or at least one generator');
  for (const [, worker] of named) checkWorker(worker, 'AbMcts');
  return new Map(named);
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

export function askToRefine({ score, feedback }: Refinement): string {
  const why = feedback === undefined ? '' : `\n\nWhat was found:\n${quoted(feedback)}`;
  return `That answer was scored ${score.toFixed(2)} of 1.${why}\n\nWrite a complete new answer that keeps what is right and mends what is not. Do not speak of this review.`;
}
