import { cancelled, invalidOptions } from '@tako/core';

import type { SeededRandom } from '../routers/seeded-random.js';
import type { Head } from './fit-head.js';
import { normal } from './normal.js';
import { SepCmaEs } from './sep-cma-es.js';

/** How heads are tried on whole runs. */
export interface HeadSearch {
  /** Plays runs by a head, one for each number; the same number is the same run but for the head. @returns rewards */
  readonly play: (head: Head, episodes: readonly number[]) => Promise<readonly number[]>;
  /** Runs of each head of a generation. */
  readonly runs: number;
  readonly sigma: number;
  readonly generations: number;
  /** Runs by which the search is watched, and by which its end is compared with its beginning. */
  readonly heldOutRuns: number;
  readonly signal?: AbortSignal | undefined;
}

/** The end of a search, and what it is worth on runs that it has not seen. */
export interface SearchedHead {
  readonly head: Head;
  readonly before: number;
  readonly after: number;
}

/** Looks at the held-out runs after so many generations. */
const lookEvery = 10;
/** Stops after so many looks without anything better. */
const patience = 4;

/** Looks for a better head round a given one, by sep-CMA-ES. All heads of a generation play the same runs. */
export async function searchHead(from: Head, search: HeadSearch, random: SeededRandom): Promise<SearchedHead> {
  const { runs, heldOutRuns, generations, sigma, signal } = search;
  const es = new SepCmaEs({ mean: [...from.values], sigma });
  const headAt = (values: Float64Array): Head => ({ ...from, values });
  const meanOf = async (head: Head, episodes: readonly number[]): Promise<number> => {
    if (signal?.aborted === true) throw cancelled(signal.reason);
    const rewards = await search.play(head, episodes);
    if (rewards.length !== episodes.length || !rewards.every((reward) => Number.isFinite(reward))) {
      throw invalidOptions('trainHead', 'play must give one finite reward for each run');
    }
    return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  };
  // Apart from each other: runs to search by, to watch by, and to decide by.
  const [searchedFrom, watchedFrom, decidedFrom] = [0, 2 ** 30, 2 ** 31];
  const numbered = (start: number, count: number): number[] => Array.from({ length: count }, (_, at) => start + at);
  const watched = numbered(watchedFrom, heldOutRuns);

  let best = { values: from.values, reward: await meanOf(from, watched) };
  let looksLeft = patience;
  for (let generation = 1; generation <= generations && looksLeft > 0; generation++) {
    const episodes = numbered(searchedFrom + generation * runs, runs);
    const draws = Array.from({ length: es.population }, () => es.mean.map(() => normal(random)));
    const rewards: number[] = [];
    for (const draw of draws) rewards.push(await meanOf(headAt(es.point(draw)), episodes));
    es.tell(
      draws,
      rewards.map((reward) => -reward),
    );
    if (generation % lookEvery !== 0 && generation !== generations) continue;
    const reward = await meanOf(headAt(es.mean), watched);
    looksLeft = reward > best.reward ? patience : looksLeft - 1;
    if (reward > best.reward) best = { values: es.mean.slice(), reward };
  }
  const decided = numbered(decidedFrom, heldOutRuns);
  const before = await meanOf(from, decided);
  return { head: headAt(best.values), before, after: await meanOf(headAt(best.values), decided) };
}
