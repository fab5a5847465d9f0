import type { ChatRequest, Guard, Orchestrator } from '@tako/core';
import {
  orchestratorConformance,
  type OrchestratorParts,
  type OrchestratorUnderTest,
} from '@tako/testing/orchestrators';
import { describe, expect, test } from 'vitest';

import { AbMcts } from '../src/ab-mcts/index.js';
import { Conductor } from '../src/conductor/index.js';
import { SingleAgent } from '../src/index.js';
import { SelfCaller } from '../src/self-caller/index.js';
import { Trinity, turnStateRouter } from '../src/trinity/index.js';
import { shownTo } from './tree/speakers.js';

/** Makes an orchestrator whose workers are what `Inner` makes. */
type Make = (parts: OrchestratorParts) => Orchestrator;
type Wrap = (inner: Make) => Make;

/** The limits belong to the outermost alone: those inside draw from what it has left. */
const inside = (parts: OrchestratorParts): OrchestratorParts => ({ ...parts, maxCalls: undefined });

const single: Make = ({ provider, tools, approve }) => new SingleAgent({ provider, tools, approve });

/** Likes an answer by its text alone, so that first drafts are often revised. */
const guard: Guard = {
  verify: ({ text }) => ({
    score: ([...text].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6) / 10,
  }),
};

const selfCaller: Wrap = (inner) => (parts) =>
  new SelfCaller({ inner: inner(inside(parts)), guard, maxDepth: 1, limits: { maxCalls: parts.maxCalls } });

const trinity: Wrap = (inner) => (parts) =>
  new Trinity({
    agents: { ann: inner(inside(parts)), bob: inner(inside(parts)) },
    router: turnStateRouter(),
    limits: { maxCalls: parts.maxCalls },
  });

const conductor: Wrap = (inner) => (parts) =>
  new Conductor({
    coordinator: parts.provider,
    workers: { ann: inner(inside(parts)), bob: inner(inside(parts)) },
    verifier: guard,
    limits: { maxCalls: parts.maxCalls },
  });

const abMcts: (parallel?: number) => Wrap =
  (parallel = 1) =>
  (inner) =>
  (parts) =>
    new AbMcts({
      generators: { ann: inner(inside(parts)), bob: inner(inside(parts)) },
      verifier: guard,
      maxIterations: 3,
      parallel,
      limits: { maxCalls: parts.maxCalls },
    });

const inTurn = [
  { worker: 1, task: 'look', reads: [] },
  { worker: 2, task: 'report', reads: [1] },
];
const atOnce = [
  { worker: 1, task: 'look here', reads: [] },
  { worker: 2, task: 'look there', reads: [] },
  { worker: 1, task: 'report', reads: [1, 2] },
];

/** What the model says as coordinator and as verifier. */
function reply(request: ChatRequest, steps: readonly object[] = inTurn): string | undefined {
  const shown = shownTo(request);
  if (shown.includes('You coordinate a team')) return JSON.stringify({ steps });
  if (shown.includes('You are the thinker')) return 'Look first.';
  if (!shown.includes('You are the verifier')) return undefined;
  return shown.includes('> VERDICT: REVISE') ? 'Now it is right.\nVERDICT: ACCEPT' : 'It is wrong.\nVERDICT: REVISE';
}

const wraps = { self_caller: selfCaller, trinity, conductor, ab_mcts: abMcts() };

/** Every orchestrator, and each inside of each. */
const suites: readonly OrchestratorUnderTest[] = [
  { name: 'single_agent', make: single },
  {
    name: 'conductor of two at once',
    make: conductor(single),
    reply: (request) => reply(request, atOnce),
    depth: 1,
    hasLimits: true,
    isParallel: true,
  },
  { name: 'ab_mcts of two at once', make: abMcts(2)(single), depth: 1, hasLimits: true, isParallel: true },
  ...Object.entries(wraps).flatMap(([outer, wrap]): OrchestratorUnderTest[] => [
    { name: outer, make: wrap(single), reply: (request) => reply(request), depth: 1, hasLimits: true },
    ...Object.entries(wraps).map(([inner, wrapInner]) => ({
      name: `${outer} of ${inner}`,
      make: wrap(wrapInner(single)),
      reply: (request: ChatRequest) => reply(request),
      depth: 2,
      hasLimits: true,
    })),
  ]),
];

describe.each(suites)('$name', (underTest) => {
  test.each(orchestratorConformance(underTest))('$name', { timeout: 60_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
