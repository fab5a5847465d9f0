import type { Orchestrator, Provider, Verifier } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { AbMcts } from '@tako/orchestrators/ab-mcts';
import { Conductor } from '@tako/orchestrators/conductor';
import { SelfCaller } from '@tako/orchestrators/self-caller';
import { Trinity } from '@tako/orchestrators/trinity';
import { llmJudge } from '@tako/orchestrators/verifiers';

import type { ContestantName } from './arguments.js';

/** Whoever answers the question. */
export interface Contestant {
  readonly name: ContestantName;
  readonly orchestrator: Orchestrator;
}

/** None of them may go on for ever. */
const limits = { maxCalls: 40, timeoutMs: 600_000 };

/** Every orchestrator over the same models; the judge of drafts is the one that scores the answers in the end. */
export function lineUp(models: readonly Provider[], only: readonly ContestantName[]): readonly Contestant[] {
  const [cheapest] = models;
  const strongest = models.at(-1);
  if (cheapest === undefined || strongest === undefined) throw new Error('there are no models');
  const verifier = judgeOf(models);
  const team = Object.fromEntries(models.map((model, at) => [nameOf(model, at, models), model] as const));
  const make: Readonly<Record<ContestantName, () => Orchestrator>> = {
    single: () => new SingleAgent({ provider: strongest }),
    'self-caller': () => new SelfCaller({ inner: cheapest, guard: verifier, minConfidence: 0.8, limits }),
    conductor: () => new Conductor({ coordinator: strongest, workers: team, verifier, minScore: 0.8, limits }),
    'ab-mcts': () => new AbMcts({ generators: team, verifier, maxIterations: 8, targetScore: 0.8, limits }),
    trinity: () => new Trinity({ agents: team, limits }),
  };
  return only.map((name) => ({ name, orchestrator: make[name]() }));
}

/** Who scores answers: the strongest model. */
export function judgeOf(models: readonly Provider[]): Verifier {
  const provider = models.at(-1);
  if (provider === undefined) throw new Error('there are no models');
  return llmJudge({ provider });
}

/** Its model, with a number where there are several of that name. */
function nameOf({ id }: Provider, at: number, models: readonly Provider[]): string {
  const name = id.slice(id.indexOf(':') + 1);
  return models.some((other, place) => place < at && other.id === id) ? `${name} ${at + 1}` : name;
}
