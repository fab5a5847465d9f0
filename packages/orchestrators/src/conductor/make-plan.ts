import {
  assistant,
  system,
  user,
  type JsonValue,
  type Message,
  type RunPlan,
  type StandardSchema,
  type Verdict,
} from '@tako/core';

import { structuredOutput } from '../output/structured-output.js';
import { SingleAgent } from '../single-agent/single-agent.js';
import { quoted } from '../tree/quoted.js';
import { runBranch } from '../tree/run-branch.js';
import type { TreeRun } from '../tree/tree-run.js';
import type { ConductorSettings } from './conductor.js';
import { planPrompt } from './plan-prompt.js';
import { planSchema, readPlan, type PlanRules } from './read-plan.js';

/** What the coordinator learns of the round before. */
export interface Review {
  readonly plan: RunPlan;
  readonly answer: string;
  readonly verdict: Verdict;
}

/**
 * Has the coordinator write a plan. A plan that breaks a rule is quoted back to it, `maxPlanRepairs` times; then the best
 * single worker gets the question, or, in a later round, the answer stays.
 */
export async function makePlan(
  run: TreeRun,
  settings: ConductorSettings,
  round: number,
  review: Review | undefined,
): Promise<RunPlan> {
  const { coordinator, workers, maxSteps, maxPlanRepairs, isAnonymous, examples, clock } = settings;
  const rules: PlanRules = { workers: [...workers.keys()], maxSteps, hasAnswer: review !== undefined };
  const notes = [...workers].map(([name, { note, skills }]) => ({ name, note, skills }));
  const planner = new SingleAgent({
    provider: coordinator,
    output: structuredOutput(schemaOf(rules)),
    maxOutputRepairs: maxPlanRepairs,
    maxSteps: maxPlanRepairs + 1,
    clock,
  });
  const outcome = await runBranch(run, {
    step: round,
    branch: 0,
    name: 'coordinator',
    worker: planner,
    isSilent: true,
    request: {
      messages: [system(planPrompt(notes, rules, { isAnonymous, examples })), ...run.messages, ...reviewed(review)],
    },
  });
  const read = outcome.ok ? readPlan(outcome.output, rules) : undefined;
  const plan = read?.ok === true ? read.plan : fallback(settings, review);
  if (read?.ok !== true) {
    const why = outcome.ok ? 'it wrote none' : outcome.message;
    const instead = review === undefined ? `${plan.steps[0]?.worker} answers alone` : 'the answer stays as it is';
    const message = `no plan could be had from the coordinator (${why}); ${instead}`;
    await run.tell({ type: 'warning', step: round, branch: 0, code: 'no_plan', message });
  }
  await run.once(`plan:${round}`, async () => {
    await run.tell({ type: 'plan', step: round, branch: 0, plan });
    return true;
  });
  return plan;
}

/** The rules of a plan as a schema: the agent repairs what breaks them. */
function schemaOf(rules: PlanRules): StandardSchema<unknown, JsonValue> {
  return {
    '~standard': {
      version: 1,
      vendor: 'tako',
      validate: (value) => {
        const read = readPlan(value, rules);
        // A plan is plain JSON.
        return read.ok ? { value: read.plan as unknown as JsonValue } : { issues: [{ message: read.problem }] };
      },
      jsonSchema: { input: () => planSchema(rules) },
    },
  };
}

function reviewed(review: Review | undefined): Message[] {
  if (review === undefined) return [];
  const { plan, answer, verdict } = review;
  const feedback = verdict.feedback === undefined ? '' : `\n\nWhat was found:\n${quoted(verdict.feedback)}`;
  return [
    assistant(JSON.stringify(plan)),
    user(
      `Your plan came to this answer (step 0):\n${quoted(answer)}\n\nIt was scored ${verdict.score.toFixed(2)} of 1.${feedback}\n\nWrite the next plan.`,
    ),
  ];
}

function fallback({ workers }: ConductorSettings, review: Review | undefined): RunPlan {
  if (review !== undefined) return { steps: [] };
  const skillOf = (name: string): number => {
    const shares = Object.values(workers.get(name)?.skills ?? {});
    return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };
  const [best = ''] = [...workers.keys()].toSorted((one, other) => skillOf(other) - skillOf(one));
  return { steps: [{ worker: best, task: 'Answer the question.', reads: [] }] };
}
