import { describe, expect, test } from 'vitest';

import type { BeliefParams } from '../../src/ab-mcts/search/belief.js';
import { expectedWorths } from '../../src/ab-mcts/search/worth-model.js';
import { SeededSampler, type Sampler } from '../../src/ab-mcts/search/sampler.js';
import { SearchTree } from '../../src/ab-mcts/search/search-tree.js';
import {
  TreeSearch,
  type SearchState,
  type Trial,
  type TrialOutcome,
  type TreeSearchOptions,
} from '../../src/ab-mcts/search/tree-search.js';
import { landscapes, Problem, unit, type Place } from './landscapes.js';

const policies = ['aggregate', 'mixed', 'best_of_n', 'refine', 'mcts', 'best_first', 'tree_of_thoughts'] as const;
const generators = ['0', '1', '2'];

/** What a trial comes to, the same whenever it is told: one in ten fails. */
function outcomeOf({ id, generator, parent }: Trial): TrialOutcome {
  const luck = unit(id * 31 + Number(generator), 5);
  if (luck < 0.1) return { failed: true };
  return { score: Math.min(1, luck * (parent < 0 ? 0.6 : 0.9)) };
}

function asJson(search: TreeSearch): SearchState {
  return JSON.parse(JSON.stringify(search)) as SearchState; // what `toJSON` wrote
}

describe.each(policies)('%s', (policy) => {
  const options: TreeSearchOptions = { generators, policy, seed: 9 };

  test('a search that goes through JSON at every step makes the same decisions', () => {
    const play = (isSaved: boolean): SearchState => {
      let search = new TreeSearch(options);
      const open: Trial[] = [];
      for (let step = 0; step < 120; step++) {
        open.push(...search.ask());
        // Up to five are under way, and the youngest is told first.
        const trial = open.length >= 5 ? open.pop() : undefined;
        if (trial !== undefined) search.tell(trial.id, outcomeOf(trial));
        if (isSaved) search = new TreeSearch(options, asJson(search));
      }
      return asJson(search);
    };
    expect(play(true)).toEqual(play(false));
  });

  test('telling twice, or what was never asked, changes nothing', () => {
    const search = new TreeSearch(options);
    const [first, second] = search.ask(2);
    expect(search.tell(second?.id ?? -1, { score: 0.5 })).toBe(0);
    const before = asJson(search);
    expect(search.tell(second?.id ?? -1, { score: 1 })).toBeUndefined();
    expect(search.tell(99, { score: 1 })).toBeUndefined();
    expect(asJson(search)).toEqual(before);
    expect(search.tell(first?.id ?? -1, { score: 0.4 })).toBe(1);
  });

  test('where everything fails it ends, with nothing to give', () => {
    const search = new TreeSearch(options);
    let asked = 0;
    for (let trials = search.ask(4); trials.length > 0; trials = search.ask(4)) {
      for (const { id } of trials) search.tell(id, { failed: true });
      asked += trials.length;
    }
    expect(asked).toBeLessThan(4 * 3 * generators.length);
    expect(search.active).toEqual([]);
    expect(search.best()).toBe(-1);
  });

  test('a thousand asks without a single tell are answered', () => {
    expect(new TreeSearch(options).ask(1_000)).toHaveLength(1_000);
  });
});

test('scores beyond the scale are none, and nobody is to blame', () => {
  const search = new TreeSearch({ generators, policy: 'best_of_n' });
  for (const [at, score] of [2, -1, Infinity, -Infinity, Number.NaN, 0, 1].entries()) {
    search.ask();
    search.tell(at, { score });
  }
  expect(search.tree.nodes.map(({ score }) => score)).toEqual([0, 1]);
  expect(search.active).toHaveLength(3);
});

test('beliefs do not depend on the order of telling', () => {
  const means = [false, true].map((isReversed) => {
    const asked: string[] = [];
    const seeded = new SeededSampler(1);
    const sampler: Sampler = {
      draw(params) {
        asked.push(JSON.stringify(Object.values(params).map((value: number) => value.toFixed(9))));
        return seeded.draw(params);
      },
      uniform: () => seeded.uniform(),
      normal: () => seeded.normal(),
    };
    const search = new TreeSearch({ generators: ['0'], belief: 'gaussian', hedge: 0, sampler });
    const trials = search.ask(5);
    asked.length = 0;
    for (const { id } of isReversed ? trials.toReversed() : trials) search.tell(id, { score: (id + 1) / 7 });
    search.ask();
    return asked.slice(0, 2);
  });
  expect(means[0]).toEqual(means[1]);
});

test.each<[string, (state: SearchState) => unknown]>([
  ['of another version', (state) => ({ ...state, version: 2 })],
  ['whose nodes are older than their parents', (state) => ({ ...state, nodes: [{ ...state.nodes[0], parent: 3 }] })],
  ['with half a parent', (state) => ({ ...state, nodes: [{ ...state.nodes[0], parent: -0.5 }] })],
  ['with a score that is none', (state) => ({ ...state, nodes: [{ ...state.nodes[0], score: null }] })],
  ['of other generators', (state) => ({ ...state, nodes: [{ ...state.nodes[0], generator: 'eve' }] })],
  [
    'with a trial at a node that is not there',
    (state) => ({ ...state, running: [{ id: 9, parent: 7, generator: '0' }] }),
  ],
])('refuses a state %s', (_, damage) => {
  const search = new TreeSearch({ generators });
  search.ask(2);
  search.tell(0, { score: 0.5 });
  const damaged = damage(asJson(search)) as SearchState; // that it is none is the point
  expect(() => new TreeSearch({ generators }, damaged)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('a chain of ten thousand refinements is no burden', () => {
  const search = new TreeSearch({ generators, policy: 'refine' });
  for (let at = 0; at < 10_000; at++) {
    const [trial] = search.ask();
    search.tell(trial?.id ?? -1, { score: at / 10_000 });
  }
  expect(search.tree.depth(9_999)).toBe(9_999);
  expect(search.best('max_score')).toBe(9_999);
  expect(search.best()).toBeGreaterThan(9_900);
});

/** A sampler that counts what it is asked for. */
class CountingSampler extends SeededSampler {
  asked = 0;

  override draw(params: BeliefParams): number {
    this.asked++;
    return super.draw(params);
  }

  override uniform(): number {
    this.asked++;
    return super.uniform();
  }
}

test.each(['wide', 'noise'])(
  '%s: a node with thousands of children costs little more than one with a hundred',
  (name) => {
    const askedFor = (calls: number, hedge: number): { perCall: number; widest: number } => {
      const sampler = new CountingSampler(1);
      const search = new TreeSearch({ generators: ['0'], hedge, sampler });
      const problem = new Problem(name, 3);
      const places: Place[] = [];
      for (let call = 0; call < calls; call++) {
        const [trial] = search.ask();
        const place = problem.expand(places[trial?.parent ?? -1], 0);
        places.push(place);
        search.tell(trial?.id ?? -1, { score: place.score });
      }
      return { perCall: sampler.asked / calls, widest: search.tree.children(-1).length };
    };
    for (const hedge of [0, 2]) {
      const [few, many] = [askedFor(1_000, hedge), askedFor(10_000, hedge)];
      expect(many.widest).toBeGreaterThan(500);
      expect(many.perCall).toBeLessThan(2 * few.perCall);
      expect(many.perCall).toBeLessThan(40);
    }
  },
);

test('a decision costs by the length of its way, however many answers there are', () => {
  const askedFor = (calls: number): number => {
    const sampler = new CountingSampler(1);
    const search = new TreeSearch({ generators: ['0'], sampler });
    const scores: number[] = [];
    let passed = 0;
    for (let call = 0; call < calls; call++) {
      const [{ id, parent } = { id: -1, parent: -1 }] = search.ask();
      if (call % 2 === 0) passed += search.tree.depth(parent) + 2; // the others refine the best answer
      const above = scores[parent] ?? 0.3;
      // Lines that rise by steps of their own for each answer: a tree both wide and deep.
      scores.push(Math.min(1, above + (0.3 * unit(id, 1) - 0.1) * (1 - above)));
      search.tell(id, { score: scores[id] ?? 0 });
    }
    return sampler.asked / passed;
  };
  for (const calls of [100, 1_000, 10_000]) expect(askedFor(calls)).toBeLessThan(14);
});

test('a search with wide nodes goes on from its state as if it had never stopped', () => {
  const problem = (key: Trial): number => unit(key.id * 31 + 7, 3) ** 3;
  const whole = new TreeSearch({ generators: ['0'], hedge: 0, seed: 2 });
  let resumed = new TreeSearch({ generators: ['0'], hedge: 0, seed: 2 });
  for (let call = 0; call < 1_500; call++) {
    if (call % 100 === 99) resumed = new TreeSearch({ generators: ['0'], hedge: 0, seed: 2 }, asJson(resumed));
    for (const search of [whole, resumed]) {
      for (const trial of search.ask()) search.tell(trial.id, { score: problem(trial) });
    }
  }
  expect(whole.tree.children(-1).length).toBeGreaterThan(200);
  expect(asJson(resumed)).toEqual(asJson(whole));
});

test('a decision of the default asks for draws by the nodes on its way, not by those of the tree', () => {
  const drawsFor = (calls: number): number => {
    const seeded = new SeededSampler(1);
    let draws = 0;
    const sampler: Sampler = {
      draw(params) {
        draws++;
        return seeded.draw(params);
      },
      uniform: () => seeded.uniform(),
      normal: () => seeded.normal(),
    };
    const search = new TreeSearch({ generators: ['0'], sampler });
    const problem = new Problem('basins', 3);
    const places: Place[] = [];
    for (let call = 0; call < calls; call++) {
      const [trial] = search.ask();
      const place = problem.expand(places[trial?.parent ?? -1], 0);
      places.push(place);
      search.tell(trial?.id ?? -1, { score: place.score });
    }
    return draws / calls;
  };
  expect(drawsFor(1_000)).toBeLessThan(100);
  expect(drawsFor(8_000)).toBeLessThan(400);
});

describe('what an answer is worth', () => {
  /** The share of trees whose answer, chosen so, is the truly best but for a tenth. */
  function truth(sd: number, choice: 'posterior_mean' | 'max_score'): number {
    let sum = 0;
    for (let seed = 0; seed < 40; seed++) {
      const landscape = landscapes['specialists'];
      if (landscape === undefined) throw new Error('the landscapes have specialists');
      const search = new TreeSearch({ generators, seed });
      const problem = new Problem(landscape, seed);
      const places: Place[] = [];
      for (let call = 0; call < 64; call++) {
        const [trial] = search.ask();
        const place = problem.expand(places[trial?.parent ?? -1], Number(trial?.generator));
        places.push(place);
        const noise = sd * (unit(place.key, 8) + unit(place.key, 9) + unit(place.key, 10) - 1.5) * 2;
        search.tell(trial?.id ?? -1, { score: Math.min(1, Math.max(0, place.score + noise)) });
      }
      sum += (places[search.best(choice)]?.score ?? 0) / 40;
    }
    return sum;
  }

  test('where scores are noisy, the tree knows better than the highest score', () => {
    expect(truth(0.25, 'posterior_mean')).toBeGreaterThan(truth(0.25, 'max_score') + 0.03);
  });

  test('where they are exact, the highest is as good as given', () => {
    expect(truth(0, 'posterior_mean')).toBeGreaterThan(truth(0, 'max_score') - 0.01);
  });

  test('a lucky answer whose refinements are all poor is worth less than a steady one', () => {
    const tree = new SearchTree();
    const add = (parent: number, score: number): number => tree.add({ parent, generator: 'a', score, trial: 0 });
    for (const start of [0.3, 0.4, 0.5]) {
      let at = add(-1, start);
      for (let step = 0; step < 4; step++) at = add(at, start + 0.02 * step);
    }
    const lucky = add(-1, 0.9);
    for (let step = 0; step < 6; step++) add(lucky, 0.3 + 0.01 * step);
    const steady = add(-1, 0.7);
    for (let step = 0; step < 6; step++) add(steady, 0.69 + 0.01 * step);
    const worths = expectedWorths(tree);
    expect(worths[lucky]).toBeLessThan(worths[steady] ?? 0);
  });

  test.each([[[]], [[0.5]], [[0, 0, 0]], [[1, 1]], [[0, 1, 0, 1]]])('scores %j give a worth for each', (scores) => {
    const tree = new SearchTree();
    for (const [at, score] of scores.entries())
      tree.add({ parent: at % 2 === 0 ? -1 : at - 1, generator: 'a', score, trial: at });
    const worths = expectedWorths(tree);
    expect(worths).toHaveLength(scores.length);
    for (const worth of worths) expect(worth).toBeGreaterThan(-0.5);
  });
});
