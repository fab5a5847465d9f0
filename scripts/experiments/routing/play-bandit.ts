import { call, user, type Provider } from '@tako/core';
import type { Encoder } from '@tako/orchestrators/learning';
import { banditRouter } from '@tako/orchestrators/learning';

import { drawQuestion, type SimulatedPool } from './simulated-pool.ts';

/** What a bandit earned in a stretch of pulls, and what others would have on the same questions: means, 0 to 1. */
export interface Stretch {
  readonly reward: number;
  readonly single: number;
  readonly oracle: number;
}

/** How a bandit is played. */
export interface BanditPlay {
  readonly pool: SimulatedPool;
  readonly candidates: readonly Provider[];
  readonly encoder: Encoder;
  readonly pulls: number;
  readonly stretch: number;
  readonly seed: number;
  readonly random: () => number;
  /** Skills from a pull on. */
  readonly drift?: { readonly at: number; readonly skills: SimulatedPool['skills'] };
}

/** Lets the default bandit route one question after the other; it is told scores of 0 and 1. Rewards are expected ones. */
export async function playBandit(play: BanditPlay): Promise<Stretch[]> {
  const { pool, candidates, encoder, pulls, stretch, seed, random, drift } = play;
  const router = banditRouter({ pool: pool.ids, encoder, seed });
  const context = call();
  const stretches: Stretch[] = [];
  let [reward, oracle] = [0, 0];
  let singles = pool.ids.map(() => 0);
  for (let pull = 0; pull < pulls; pull++) {
    const skills = drift !== undefined && pull >= drift.at ? drift.skills : pool.skills;
    const { domain, text } = drawQuestion(pool, random);
    const request = { messages: [user(text)] };
    const { providerId, features } = await router.route({ request, step: 0, candidates }, context);
    const here = skills.map((its) => its[domain] ?? 0);
    const skill = here[pool.ids.indexOf(providerId)] ?? 0;
    router.learn({ providerId, features, score: random() < skill ? 1 : 0 });
    reward += skill / stretch;
    oracle += Math.max(...here) / stretch;
    singles = singles.map((sum, worker) => sum + (here[worker] ?? 0) / stretch);
    if ((pull + 1) % stretch !== 0) continue;
    stretches.push({ reward, oracle, single: Math.max(...singles) });
    [reward, oracle, singles] = [0, 0, pool.ids.map(() => 0)];
  }
  return stretches;
}
