import { customProvider, TakoError, textOf, type Provider, type RunState } from '@tako/core';
import {
  AbMcts,
  readSearchTree,
  TreeSearch,
  type SearchTreeNode,
  type TreeSearchOptions,
} from '@tako/orchestrators/ab-mcts';
import { fakeClock } from '@tako/testing';

import { unit } from '../../packages/orchestrators/test/ab-mcts/landscapes.ts';
import { Problem, type Landscape, type Place } from './landscapes.ts';

/** A search whose answers are made side by side. */
export interface ParallelSearch {
  readonly landscape: Landscape;
  readonly seed: number;
  readonly calls: number;
  readonly parallel: number;
  /** Share of the calls that fail. */
  readonly failures: number;
  readonly options?: Omit<TreeSearchOptions, 'generators' | 'seed'>;
}

/** How long a call takes, in milliseconds, from a uniform number. */
export type Latency = (uniform: number) => number;

/** What an answer was worth, in the order of asking; `undefined` where the call failed. */
export type Found = readonly (number | undefined)[];

/**
 * What `AbMcts` does, without its calls: answers are told in the order of asking, and the n-th is asked for when all but
 * the last few before it have been told.
 *
 * @param ahead answers that may be asked for and not told
 */
export function playAhead({ landscape, seed, calls, failures, options }: ParallelSearch, ahead: number): Found {
  const generators = generatorsOf(landscape);
  const search = new TreeSearch({ benchAfter: Infinity, ...options, generators, seed: seed + 1 });
  const problem = new Problem(landscape, seed);
  const places = new Map<number, Place>();
  const made: (Place | undefined)[] = [];
  let told = 0;
  const tellUntil = (count: number): void => {
    for (; told < count; told++) {
      const place = made[told];
      const node = search.tell(told, place === undefined ? { failed: true } : { score: place.score });
      if (node !== undefined && place !== undefined) places.set(node, place);
    }
  };
  while (made.length < calls) {
    tellUntil(made.length - ahead + 1);
    const [trial] = search.ask();
    if (trial === undefined) break;
    const place = problem.expand(places.get(trial.parent), Number(trial.generator));
    made.push(isFailure(place, failures) ? undefined : place);
  }
  return made.map((place) => place?.score);
}

/** As many answers at a time as a batch holds, each batch waited for: what TreeQuest advises. */
export function playBatches(search: ParallelSearch): Found {
  const { calls, parallel } = search;
  const { landscape, seed, failures, options } = search;
  const core = new TreeSearch({
    benchAfter: Infinity,
    ...options,
    generators: generatorsOf(landscape),
    seed: seed + 1,
  });
  const problem = new Problem(landscape, seed);
  const places = new Map<number, Place>();
  const found: (number | undefined)[] = [];
  while (found.length < calls) {
    const trials = core.ask(Math.min(parallel, calls - found.length));
    const batch = trials.map((trial) => problem.expand(places.get(trial.parent), Number(trial.generator)));
    for (const [at, place] of batch.entries()) {
      const isFailed = isFailure(place, failures);
      found.push(isFailed ? undefined : place.score);
      const node = core.tell(trials[at]?.id ?? -1, isFailed ? { failed: true } : { score: place.score });
      if (node !== undefined) places.set(node, place);
    }
  }
  return found;
}

/** How the real orchestrator is run. */
export interface RealRun {
  readonly latency: Latency;
  /** Goes on from there. */
  readonly state?: RunState;
  /** Hears every state that could be saved. */
  readonly onState?: (state: RunState) => void;
}

/** What the real orchestrator found. */
export interface RealFind {
  readonly tree: readonly SearchTreeNode[];
  readonly tookMs: number;
}

/** The same search by `AbMcts` itself, on a simulated clock. */
export async function playAbMcts(search: ParallelSearch, { latency, state, onState }: RealRun): Promise<RealFind> {
  const { landscape, seed, calls, parallel, failures } = search;
  const clock = fakeClock();
  const problem = new Problem(landscape, seed);
  // A call that is made once more after a kill gets the answer that it would have had: not one that is in the state.
  const saved = state === undefined ? '' : JSON.stringify(state);
  const taken = new Set(Array.from(saved.matchAll(/(?:\\"key\\":|busy at )(\d+)/g), ([, key]) => Number(key)));
  const model = (generator: string): Provider =>
    customProvider({
      id: `landscape:${generator}`,
      async *stream({ messages }) {
        const above = messages.findLast(({ role }) => role === 'assistant');
        // An answer is its place, so that a refinement knows what it refines.
        const parent = above === undefined ? undefined : (JSON.parse(textOf(above)) as Place);
        let place = problem.expand(parent, Number(generator));
        while (taken.has(place.key)) place = problem.expand(parent, Number(generator));
        await new Promise<void>((resolve) => {
          clock.after(latency(unit(place.key, 77)), resolve);
        });
        if (isFailure(place, failures)) throw new TakoError('overloaded', `busy at ${place.key}`);
        yield JSON.stringify(place);
      },
    });
  const orchestrator = new AbMcts({
    generators: Object.fromEntries(generatorsOf(landscape).map((name) => [name, model(name)])),
    verifier: { verify: ({ text }) => ({ score: (JSON.parse(text) as Place).score }) },
    maxIterations: calls,
    parallel,
    seed: seed + 1,
    clock,
  });
  let tookMs = Number.NaN;
  const running = orchestrator.run(state === undefined ? 'Climb.' : { state }, { onState }).finally(() => {
    tookMs = clock.now();
  });
  while (Number.isNaN(tookMs)) await clock.advance(10);
  return { tree: readSearchTree(await running) ?? [], tookMs };
}

/** Names of generators: their numbers on the landscape. */
function generatorsOf({ actions }: Landscape): string[] {
  return Array.from({ length: actions }, (_, action) => String(action));
}

function isFailure({ key }: Place, share: number): boolean {
  return unit(key, 78) < share;
}
