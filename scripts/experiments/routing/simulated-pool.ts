import type { RoutingTask } from '@tako/orchestrators/learning';

/** How the workers of a simulated pool differ. */
export type Regime = 'specialists' | 'dominant' | 'equal';

/** Workers whose skill in each domain is known, and texts that tell the domain only roughly. */
export interface SimulatedPool {
  readonly manner: Manner;
  readonly ids: readonly string[];
  /** How likely each worker answers a question of each domain right: `skills[worker][domain]`. */
  readonly skills: readonly (readonly number[])[];
  /** In US dollars for a question. */
  readonly prices: readonly number[];
  /** Words of each domain; the last list is of words that all use. */
  readonly words: readonly (readonly string[])[];
}

/** A question of a simulated pool. */
export interface SimulatedQuestion {
  readonly domain: number;
  readonly text: string;
}

const workers = 6;
const domains = 8;
/** Of the words that are to tell the domain, so many come from another one. */
const strayWords = 0.15;
const shortest = 8;
const longest = 30;

/** How people ask: by how many words of a domain and of all domains there are, and the share of words that tell the domain. */
const manners = {
  plain: { wordsOfDomain: 30, commonWords: 100, leastTopical: 0.3, mostTopical: 0.7 },
  terse: { wordsOfDomain: 60, commonWords: 200, leastTopical: 0.1, mostTopical: 0.5 },
};

/** A manner of asking. */
export type Manner = keyof typeof manners;

/** A pool with random skills, prices and words. */
export function simulatedPool(regime: Regime, random: () => number, manner: Manner = 'plain'): SimulatedPool {
  const { wordsOfDomain, commonWords } = manners[manner];
  const between = (low: number, high: number): number => low + (high - low) * random();
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
  const difficulty = numbers(domains).map(() => between(0.5, 0.85));
  const bestAt = numbers(domains).map(() => Math.floor(random() * workers));
  const skillOf = (worker: number, domain: number): number => {
    const level = difficulty[domain] ?? 0;
    if (regime === 'specialists') return bestAt[domain] === worker ? between(0.85, 0.95) : between(0.4, 0.7);
    // The second one is best everywhere: a router that stays with the first has lost.
    if (regime === 'dominant') return worker === 1 ? Math.min(0.95, level + 0.1) : level - between(0, 0.2);
    return level + between(-0.02, 0.02);
  };
  return {
    manner,
    ids: numbers(workers).map((worker) => `simulated:worker-${worker}`),
    skills: numbers(workers).map((worker) => numbers(domains).map((domain) => skillOf(worker, domain))),
    prices: numbers(workers).map(() => 0.0005 * 40 ** random()),
    words: numbers(domains + 1).map((list) =>
      numbers(list === domains ? commonWords : wordsOfDomain).map(() => pseudoWord(random)),
    ),
  };
}

/** A question about a random domain. */
export function drawQuestion({ words, manner }: SimulatedPool, random: () => number): SimulatedQuestion {
  const { leastTopical, mostTopical } = manners[manner];
  const domain = Math.floor(random() * domains);
  const length = shortest + Math.floor(random() * (longest - shortest));
  // Some people say what it is about, some hardly do.
  const topical = leastTopical + (mostTopical - leastTopical) * random();
  const text = Array.from({ length }, () => {
    const list = random() >= topical ? domains : random() < strayWords ? Math.floor(random() * domains) : domain;
    const from = words[list] ?? [];
    // Few words are frequent, most are rare.
    return from[Math.floor(from.length * random() ** 2)] ?? '';
  }).join(' ');
  return { domain, text };
}

/** Questions that every worker has tried once. */
export function drawTasks(pool: SimulatedPool, count: number, random: () => number): RoutingTask[] {
  return Array.from({ length: count }, () => {
    const { domain, text } = drawQuestion(pool, random);
    const outcomes = pool.ids.map((id, worker) => {
      const isRight = random() < (pool.skills[worker]?.[domain] ?? 0);
      return [id, { score: isRight ? 1 : 0, costUsd: pool.prices[worker] }] as const;
    });
    return { text, outcomes: Object.fromEntries(outcomes) };
  });
}

/** Who reads words as well as can be: the likeliest domain, knowing how texts are made. */
export function likeliestDomain({ words, manner }: SimulatedPool, text: string): number {
  const { leastTopical, mostTopical } = manners[manner];
  const said = text.split(' ');
  const chances = words.map((list) => {
    const chance = new Map<string, number>();
    for (const [at, word] of list.entries()) {
      // The share of draws that `floor(length * u^2)` sends to this place.
      const share = Math.sqrt((at + 1) / list.length) - Math.sqrt(at / list.length);
      chance.set(word, (chance.get(word) ?? 0) + share);
    }
    return chance;
  });
  const likelihood = (domain: number): number => {
    let sum = 0;
    for (let step = 0; step < 20; step++) {
      const topical = leastTopical + ((mostTopical - leastTopical) * (step + 0.5)) / 20;
      let product = 1;
      for (const word of said) {
        const stray = chances.slice(0, domains).reduce((total, its) => total + (its.get(word) ?? 0), 0) / domains;
        const own = chances[domain]?.get(word) ?? 0;
        const common = chances[domains]?.get(word) ?? 0;
        // Scaled, so that a long text does not come to nothing.
        product *= 50 * ((1 - topical) * common + topical * (strayWords * stray + (1 - strayWords) * own));
      }
      sum += product;
    }
    return sum;
  };
  const values = Array.from({ length: domains }, (_, domain) => likelihood(domain));
  return values.indexOf(Math.max(...values));
}

function pseudoWord(random: () => number): string {
  const pick = (letters: string): string => letters[Math.floor(random() * letters.length)] ?? '';
  const syllables = 2 + Math.floor(random() * 2);
  return Array.from({ length: syllables }, () => pick('bdfgklmnprstvz') + pick('aeiou') + pick('nrslmt')).join('');
}
