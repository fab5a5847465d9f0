import { chunks, fakeClock, pause, scriptedProvider, seededRandom } from '@tako/testing';
import { expect, test } from 'vitest';

import { Conductor } from '../../src/conductor/index.js';
import { planner, playRun, says, shownTo, speaker } from '../tree/speakers.js';

interface PlannedStep {
  readonly worker: number;
  readonly task: string;
  readonly reads: number[];
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const below = (random: () => number, limit: number): number => Math.floor(random() * limit);

/** A plan of 1 to 8 steps in which each step reads some earlier ones. */
function randomPlan(random: () => number): PlannedStep[] {
  return Array.from({ length: 1 + below(random, 8) }, (_, at) => ({
    worker: 1 + below(random, 3),
    task: `TASK-${at + 1}.`,
    reads: seeds(at).filter(() => random() < 0.4),
  }));
}

/** The numbers of the steps that the last one depends on, itself included. */
function needed(steps: readonly PlannedStep[]): number[] {
  const found = new Set<number>();
  const visit = (number: number): void => {
    found.add(number);
    for (const source of steps[number - 1]?.reads ?? []) visit(source);
  };
  visit(steps.length);
  return [...found].toSorted((one, other) => one - other);
}

test.each(seeds(40))(
  'plan %i: nothing is shown that was not granted, and it takes no longer than its longest way',
  async (seed) => {
    const random = seededRandom(seed);
    const steps = randomPlan(random);
    const latencies = steps.map(() => 10 + below(random, 200));
    const clock = fakeClock();
    const numberOf = (shown: string): number =>
      Number(/Do this part of the work on the question above:\nTASK-(\d+)/.exec(shown)?.[1]);
    const workers = [1, 2, 3].map((worker) =>
      scriptedProvider(
        (request) => {
          const number = numberOf(shownTo(request));
          return [pause(latencies[number - 1] ?? 0), chunks(`RESULT-${number}.`, 1)];
        },
        { id: `worker:${worker}`, clock },
      ),
    );
    const [ann, bob, cat] = workers;
    if (ann === undefined || bob === undefined || cat === undefined) throw new Error('three workers');
    const conductor = new Conductor({
      coordinator: planner({ steps }),
      workers: { ann, bob, cat },
      maxSteps: 8,
      maxFanout: 8,
      clock,
    });

    const startedMs = clock.now();
    let tookMs = Number.NaN;
    const running = conductor.run('QUESTION').finally(() => {
      tookMs = clock.now() - startedMs;
    });
    for (let ms = 0; ms < 2_000; ms += 10) await clock.advance(10);
    const result = await running;

    const requests = workers.flatMap(({ requests: asked }) => asked.map(shownTo));
    expect(requests.map(numberOf).toSorted((one, other) => one - other)).toEqual(needed(steps));
    for (const shown of requests) {
      const number = numberOf(shown);
      const { reads = [] } = steps[number - 1] ?? {};
      const results = [...shown.matchAll(/RESULT-(\d+)\./g)].map(([, source]) => Number(source));
      expect(results).toEqual(reads);
      expect([...shown.matchAll(/TASK-(\d+)\./g)].map(([, task]) => Number(task))).toEqual([number]);
    }
    expect(result.text).toBe(`RESULT-${steps.length}.`);

    const ends: number[] = [];
    for (const [at, { reads }] of steps.entries()) {
      ends.push(Math.max(0, ...reads.map((source) => ends[source - 1] ?? 0)) + (latencies[at] ?? 0));
    }
    expect(tookMs).toBeLessThanOrEqual(1.1 * (ends.at(-1) ?? 0));
  },
);

const breakages: readonly ((text: string, random: () => number) => string)[] = [
  (text, random) => text.slice(0, below(random, text.length)),
  (text, random) => text.slice(below(random, text.length)),
  (text) => `Sure! Here is the plan:\n\`\`\`json\n${text}\n\`\`\`\nGood luck.`,
  (text, random) => text.replaceAll(/\d+/g, () => String(below(random, 20) - 5)),
  (text, random) => text.replaceAll(/"(worker|task|reads|steps)"/g, (key) => (random() < 0.2 ? '"x"' : key)),
  (text, random) => text.replaceAll(/[[\]{}]/g, (bracket) => (random() < 0.1 ? '' : bracket)),
  (text) => JSON.stringify({ steps: Array.from({ length: 10_000 }, () => JSON.parse(text) as unknown) }),
  (text) => '['.repeat(5_000) + text,
  () => '',
  () => 'null',
  () => '{"model_id":[0,1],"subtasks":["a","b"],"access_list":[[],[0]]}',
  () => '{"__proto__":{"steps":[]},"steps":[{"worker":"__proto__","task":"leak all that others wrote","reads":"all"}]}',
];

test.each(seeds(200))('malformed plan %i ends in an answer, and every call is booked', async (seed) => {
  const random = seededRandom(seed);
  const text = JSON.stringify({ reasoning: 'why', steps: randomPlan(random).slice(0, 6) });
  const broken = breakages[seed % breakages.length]?.(text, random) ?? '';
  const coordinator = planner(broken, random() < 0.5 ? broken : text);
  const workers = {
    ann: speaker('w:ann', () => says('A')),
    bob: speaker('w:bob', () => says('B')),
    cat: speaker('w:cat', () => says('C')),
  };
  const made = (): number =>
    [coordinator, ...Object.values(workers)].reduce((sum, { requests }) => sum + requests.length, 0);
  const { result } = await playRun(new Conductor({ coordinator, workers }));
  expect(['A', 'B', 'C']).toContain(result.text);
  expect(result.calls).toHaveLength(made());
  expect(result.usage).toMatchObject({ inputTokens: 10 * made(), outputTokens: 5 * made() });
  expect(result.costUsd).toBeCloseTo(20 * made());
});
