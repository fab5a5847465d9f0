import type { PlotPoint } from '@tako/eval';
import { isTakoError, textOf, type ChatRequest } from '@tako/core';
import { Conductor } from '@tako/orchestrators/conductor';
import { chunks, fakeClock, pause, scriptedProvider, seededRandom, type ScriptedProvider } from '@tako/testing';

import { chart, pointAt } from './chart.ts';
import { atScale, type Experiment, type ExperimentOptions, type Findings } from './experiment.ts';
import { inFigures, meanOf } from './interval.ts';
import { below, brokenPlan, criticalPathMs, neededBy, randomPlan, type WrittenStep } from './random-plan.ts';

/** What carrying out a good plan came to. */
interface Carried {
  /** Steps that the answer needs. */
  readonly steps: number;
  /** How long it took, in units of its longest way. */
  readonly makespan: number;
  /** How long its steps take one after the other, in the same units. */
  readonly sequential: number;
  readonly requests: number;
  readonly leaks: number;
}

/** What a broken plan came to. */
interface Broken {
  readonly end: 'answer' | 'typed error' | 'unhandled';
  readonly isBooked: boolean;
}

export const experiment: Experiment = {
  id: 'E7',
  title: 'Conductor: makespan, leaks, malformed plans',
  question:
    'Scripted plans of 1 to 8 steps that read each other at random, over workers with random latencies on a simulated clock: how long does the real `Conductor` take, ' +
    'against the longest way through the plan and against one step after the other? Does any worker ever receive a result or a task that its access list omits, looking at every ' +
    'request that was sent? And what becomes of plans that are cut, mangled, nested 5 000 deep, 10 000 steps long, or prose?',
  run: (options) => Promise.resolve(options).then(measure),
};

async function measure(options: ExperimentOptions): Promise<Findings> {
  const random = seededRandom(options.seed);
  const carried: Carried[] = [];
  for (let plan = 0; plan < atScale(200, options, 40); plan++) carried.push(await carryOut(random));
  const broken: Broken[] = [];
  for (let plan = 0; plan < atScale(1_000, options, 100); plan++) broken.push(await answerBroken(plan, random));

  const makespan = meanOf(
    carried.map((one) => one.makespan),
    random,
  );
  const longest = Math.max(...carried.map((one) => one.makespan));
  const sequential = meanOf(
    carried.map((one) => one.sequential),
    random,
  );
  const requests = carried.reduce((sum, one) => sum + one.requests, 0);
  const leaks = carried.reduce((sum, one) => sum + one.leaks, 0);
  const ended = (end: Broken['end']): number => broken.filter((one) => one.end === end).length;
  const unbooked = broken.filter(({ isBooked }) => !isBooked).length;
  return {
    table: [
      ['What', 'Figure'],
      ['plans carried out', String(carried.length)],
      ['makespan, in critical paths: mean', inFigures(makespan)],
      ['makespan, in critical paths: longest', longest.toFixed(3)],
      ['one step after the other, in critical paths: mean', inFigures(sequential)],
      ['requests looked at', String(requests)],
      ['requests that hold what their access list omits', String(leaks)],
      ['malformed plans', String(broken.length)],
      ['of them: ended in an answer', String(ended('answer'))],
      ['of them: ended in a typed error', String(ended('typed error'))],
      ['of them: threw anything else', String(ended('unhandled'))],
      ['of them: with a call that was not booked', String(unbooked)],
    ],
    bars: [
      {
        claim: 'the makespan is at most 1.1 times the critical path',
        seen: `at most ${longest.toFixed(3)} times`,
        holds: longest <= 1.1,
      },
      {
        claim: 'no worker receives text that its access list omits',
        seen: `${leaks} of ${requests}`,
        holds: leaks === 0,
      },
      {
        claim: 'every malformed plan ends in an answer or a typed error, with every call booked',
        seen: `${ended('unhandled')} unhandled, ${unbooked} not booked, of ${broken.length}`,
        holds: ended('unhandled') === 0 && unbooked === 0,
      },
    ],
    charts: [
      chart('e7-makespan', {
        title: 'How long a plan takes, in its critical path',
        xLabel: 'steps that the answer needs',
        yLabel: 'critical paths',
        xAxis: { text: (steps) => String(Math.round(steps)) },
        yAxis: { kind: 'range', from: 0.8, to: 2, text: (paths) => paths.toFixed(2) },
        level: { y: 1.1, text: 'bar' },
        series: [
          { name: 'Conductor', points: bySteps(carried, ({ makespan: its }) => its, random) },
          { name: 'one step after the other', points: bySteps(carried, ({ sequential: its }) => its, random) },
        ],
      }),
    ],
    notes: [
      'The time is that of a simulated clock: what the executor itself computes takes none on it. Intervals are 95 %, bootstrap.',
    ],
  };
}

/** Means for plans of so many steps, where there are three at least. */
function bySteps(carried: readonly Carried[], of: (one: Carried) => number, random: () => number): PlotPoint[] {
  return Array.from({ length: 8 }, (_, at) => at + 1).flatMap((steps) => {
    const those = carried.filter((one) => one.steps === steps).map((one) => of(one));
    return those.length < 3 ? [] : [pointAt(steps, meanOf(those, random))];
  });
}

async function carryOut(random: () => number): Promise<Carried> {
  const steps = randomPlan(random);
  const latencies = steps.map(() => 10 + below(random, 200));
  const clock = fakeClock();
  const worker = (number: number): ScriptedProvider =>
    scriptedProvider(
      (request) => {
        const step = stepOf(request);
        return [pause(latencies[step - 1] ?? 0), chunks(`RESULT-${step}.`, 1)];
      },
      { id: `worker:${number}`, clock },
    );
  const workers = { ann: worker(1), bob: worker(2), cat: worker(3) };
  const coordinator = scriptedProvider(() => [chunks(JSON.stringify({ steps }), 3)], { id: 'coordinator:1' });
  const conductor = new Conductor({ coordinator, workers, maxSteps: 8, maxFanout: 8, clock });
  const state = { tookMs: Number.NaN };
  const running = conductor.run('QUESTION').finally(() => {
    state.tookMs = clock.now();
  });
  while (Number.isNaN(state.tookMs)) await clock.advance(10);
  await running;

  const requests = Object.values(workers).flatMap((one) => one.requests);
  const path = criticalPathMs(steps, latencies);
  return {
    steps: neededBy(steps).length,
    makespan: state.tookMs / path,
    sequential: neededBy(steps).reduce((sum, step) => sum + (latencies[step - 1] ?? 0), 0) / path,
    requests: requests.length,
    leaks: requests.filter((request) => leaksInto(request, steps)).length,
  };
}

function shownBy({ messages }: ChatRequest): string {
  return messages.map((message) => textOf(message)).join('\n---\n');
}

function stepOf(request: ChatRequest): number {
  return Number(/Do this part of the work on the question above:\nTASK-(\d+)/.exec(shownBy(request))?.[1]);
}

/** Whether a worker sees a result that it may not read, or another one's task. */
function leaksInto(request: ChatRequest, steps: readonly WrittenStep[]): boolean {
  const shown = shownBy(request);
  const own = stepOf(request);
  const numbers = (word: string): number[] =>
    Array.from(shown.matchAll(new RegExp(`${word}-(\\d+)\\.`, 'g')), ([, number]) => Number(number));
  const { reads = [] } = steps[own - 1] ?? {};
  return (
    numbers('RESULT').some((number) => !reads.includes(number)) || numbers('TASK').some((number) => number !== own)
  );
}

async function answerBroken(way: number, random: () => number): Promise<Broken> {
  const text = JSON.stringify({ reasoning: 'why', steps: randomPlan(random).slice(0, 6) });
  const broken = brokenPlan(text, way, random);
  const isMended = random() < 0.5;
  let written = 0;
  const coordinator = scriptedProvider(() => [chunks(written++ > 0 && isMended ? text : broken, 1)], {
    id: 'coordinator:1',
  });
  const worker = (number: number): ScriptedProvider =>
    scriptedProvider(() => [chunks('RESULT', 1)], { id: `worker:${number}` });
  const workers = { ann: worker(1), bob: worker(2), cat: worker(3) };
  const made = (): number =>
    [coordinator, ...Object.values(workers)].reduce((sum, one) => sum + one.requests.length, 0);
  try {
    const { calls } = await new Conductor({ coordinator, workers }).run('QUESTION');
    return { end: 'answer', isBooked: calls.length === made() };
  } catch (error) {
    if (!isTakoError(error)) return { end: 'unhandled', isBooked: false };
    return { end: 'typed error', isBooked: error.partial?.state?.calls.length === made() };
  }
}
