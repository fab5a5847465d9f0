import { estimateUsage, isTakoError, type Guard, type Orchestrator, type Provider } from '@tako/core';
import { chunks, fail, scriptedProvider, seededRandom } from '@tako/testing';
import { expect, test } from 'vitest';

import type { AsksModels } from '../../src/asks.js';
import { AbMcts } from '../../src/ab-mcts/index.js';
import { Conductor, type Join } from '../../src/conductor/index.js';
import { dryRun } from '../../src/dry-run/index.js';
import { SingleAgent, structuredOutput } from '../../src/index.js';
import { cascade, judgeRouter, routed } from '../../src/routers/index.js';
import { SelfCaller, type Limits, type Worker } from '../../src/self-caller/index.js';
import { Trinity } from '../../src/trinity/index.js';
import { llmJudge } from '../../src/verifiers/index.js';

type Random = () => number;
const upTo = (random: Random, most: number): number => Math.floor(random() * (most + 1));

/** Every call that reached a model, by its id. */
let reached: string[] = [];

/** A model that plans, judges, repairs, fails, and answers with nothing, a line, or all the empty lines that it may. */
function model(random: Random): Provider {
  const maxOutputTokens = 150;
  const id = `m:${upTo(random, 5)}`;
  const price = { inputUsdPerMillion: 1 + upTo(random, 9), outputUsdPerMillion: 1 + upTo(random, 40) };
  return scriptedProvider(
    (request) => {
      reached.push(id);
      if (random() < 0.1) return [fail('provider')];
      const steps = Array.from({ length: upTo(random, 6) }, (_, at) => ({
        worker: 1,
        task: 'Go on.',
        reads: Array.from({ length: at }, (__, source) => source + 1).filter(() => random() < 0.5),
      }));
      const replies = [
        '',
        'A line.\nVERDICT: REVISE',
        '\n'.repeat(4 * maxOutputTokens),
        JSON.stringify({ steps }),
        JSON.stringify({ steps }),
        JSON.stringify({ feedback: '\n'.repeat(150), mark: upTo(random, 10) }),
        JSON.stringify({ feedback: 'no', mark: 0 }),
        JSON.stringify({ reason: 'so', choice: 1 }),
      ];
      const text = replies[upTo(random, replies.length - 1)] ?? '';
      return [chunks(text, 1), { type: 'usage', usage: estimateUsage(request, [{ type: 'text', text }]) }];
    },
    { id, price, capabilities: { maxOutputTokens, structuredOutput: random() < 0.5 ? 'yes' : 'no' } },
  );
}

function guard(random: Random): Guard {
  if (random() < 0.5) return llmJudge({ provider: model(random) });
  const own: Guard & AsksModels = { asks: [], verify: () => ({ score: random(), feedback: 'x'.repeat(500) }) };
  return own;
}

function limits(random: Random): Limits {
  return random() < 0.3 ? { maxCalls: 1 + upTo(random, 8), maxUsd: random() < 0.5 ? 0.001 : undefined } : {};
}

function worker(random: Random, depth: number): Worker {
  const roll = random();
  if (depth <= 0 || roll < 0.2) {
    if (roll < 0.05)
      return cascade({ steps: [{ provider: model(random) }, { provider: model(random) }], verifier: guard(random) });
    if (roll < 0.1) {
      const [one, two] = [model(random), model(random)];
      if (one.id === two.id) return one;
      return routed({ router: judgeRouter({ provider: model(random) }), candidates: [one, two] });
    }
    return model(random);
  }
  return tree(random, depth);
}

function tree(random: Random, depth: number): Orchestrator {
  const inside = (): Worker => worker(random, depth - 1);
  const roll = random();
  if (roll < 0.15) {
    const output = random() < 0.5 ? structuredOutput({ type: 'object', required: ['mark'] }) : undefined;
    return new SingleAgent({ provider: model(random), output, maxOutputRepairs: upTo(random, 3) });
  }
  if (roll < 0.4) {
    const [maxDepth, patience] = [upTo(random, 3), 1 + upTo(random, 3)];
    return new SelfCaller({ inner: inside(), guard: guard(random), maxDepth, patience, limits: limits(random) });
  }
  if (roll < 0.65) {
    const [maxTurns, maxCharactersPerTurn] = [1 + upTo(random, 4), 50 + upTo(random, 900)];
    return new Trinity({
      agents: { ann: inside(), bob: inside() },
      maxTurns,
      maxCharactersPerTurn,
      limits: limits(random),
    });
  }
  if (roll < 0.8) {
    const [maxIterations, parallel] = [1 + upTo(random, 4), 1 + upTo(random, 2)];
    return new AbMcts({
      generators: { ann: inside(), bob: inside() },
      verifier: guard(random),
      maxIterations,
      parallel,
      seed: upTo(random, 99),
      limits: limits(random),
    });
  }
  const joins: readonly Join[] = ['all', 'first_success', 'best_scored', { quorum: 2 }];
  return new Conductor({
    coordinator: model(random),
    workers: { ann: inside(), bob: inside() },
    verifier: guard(random),
    join: joins[upTo(random, 3)],
    maxSteps: 1 + upTo(random, 3),
    maxRounds: 1 + upTo(random, 1),
    maxPlanRepairs: upTo(random, 2),
    limits: limits(random),
  });
}

test.each(Array.from({ length: 20 }, (_, at) => at))(
  'random trees %i: no run makes more calls, or costs more, than was foretold',
  async (batch) => {
    for (let seed = batch * 15; seed < batch * 15 + 15; seed++) {
      const make = (): Orchestrator => tree(seededRandom(seed), 2);
      const foretold = dryRun(make(), 'Which supplier should we take?');
      reached = [];
      const { costUsd } = await make()
        .run('Which supplier should we take?')
        .catch((error: unknown) => {
          return { costUsd: isTakoError(error) ? error.partial?.costUsd : undefined };
        });
      expect(foretold.unknown, `seed ${seed}`).toEqual([]);
      expect(reached.length, `calls of seed ${seed}`).toBeLessThanOrEqual(foretold.calls ?? Number.NaN);
      expect(costUsd, `cost of seed ${seed}`).toBeLessThanOrEqual((foretold.usd ?? Number.NaN) + 1e-12);
      for (const [id, share] of Object.entries(foretold.byProvider)) {
        const made = reached.filter((other) => other === id);
        expect(made.length, `${id} of seed ${seed}`).toBeLessThanOrEqual(share.calls ?? Number.NaN);
      }
    }
  },
);
