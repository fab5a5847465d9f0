import type { ConductorSettings } from '../conductor/conductor.js';
import { planPrompt } from '../conductor/plan-prompt.js';
import { planSchema, type PlanRules } from '../conductor/read-plan.js';
import { inTurn, nothing, oneOf, times, type Bound } from './bound.js';
import { boundOfModel } from './bound-of-model.js';
import { boundOfVerdict } from './bound-of-self-caller.js';
import { endless, mostRounds } from './endless.js';
import { quotedTokens, tokensOf, type Situation } from './situation.js';

/** The words around a task, a result, a review. */
const frameTokens = 120;
/** What is said of a plan that breaks a rule, about. */
const repairTokens = 500;

/**
 * What a conductor uses: every plan is repaired as often as may be, has all its steps, each by the dearest worker and
 * reading all others, and no answer is good enough.
 */
export function boundOfConductor(settings: ConductorSettings, situation: Situation): Bound {
  const { verifier, maxRounds, maxSteps, maxFanout, maxPlanRepairs, workers, join } = settings;
  const rounds = verifier === undefined ? 1 : Math.ceil(Math.min(maxRounds, situation.roundsLeft + 1));
  const steps = Math.floor(maxSteps);
  const most = Math.max(rounds, steps, maxPlanRepairs);
  if (most > mostRounds) return endless('conductor', `${most} rounds, steps or repairs`);
  const all = [...workers.values()];
  let bound = nothing;
  let review = 0;
  for (let round = 0; round < rounds; round++) {
    const planning = boundOfPlan(settings, situation, round > 0, review);
    let read = round > 0 ? review : 0;
    let work = nothing;
    for (let step = 0; step < steps; step++) {
      const promptTokens = situation.promptTokens + planning.replyTokens + frameTokens + read;
      const done = oneOf(...all.map(({ worker }) => situation.boundOf(worker, { ...situation, promptTokens })));
      work = inTurn(work, done);
      read += quotedTokens(done.replyTokens) + frameTokens;
    }
    const verdict = verifier === undefined ? nothing : boundOfVerdict(verifier, situation, work.replyTokens);
    const judged = 1 + (join === 'best_scored' && steps > 1 ? steps : 0);
    const together = Math.max(Math.min(maxFanout, steps) * work.atOnce, verdict.atOnce * judged);
    bound = inTurn(bound, planning, times(verdict, judged), work);
    bound = { ...bound, atOnce: Math.max(bound.atOnce, together) };
    review =
      planning.replyTokens +
      quotedTokens(work.replyTokens) +
      quotedTokens(verdict.replyTokens + repairTokens) +
      frameTokens;
  }
  return bound;
}

/** The coordinator gets the conversation alone: what the caller asked of the answer's form is not asked of plans. */
function boundOfPlan(
  { coordinator, workers, maxSteps, maxPlanRepairs, isAnonymous, examples }: ConductorSettings,
  situation: Situation,
  hasAnswer: boolean,
  review: number,
): Bound {
  const rules: PlanRules = { workers: [...workers.keys()], maxSteps, hasAnswer };
  const notes = [...workers].map(([name, { note, skills }]) => ({ name, note, skills }));
  const schema = 2 * tokensOf(JSON.stringify(planSchema(rules))) + 300;
  const prompt = tokensOf(planPrompt(notes, rules, { isAnonymous, examples })) + schema;
  let bound = nothing;
  let promptTokens = situation.promptTokens + prompt + review;
  for (let attempt = 0; attempt <= maxPlanRepairs; attempt++) {
    const written = boundOfModel(coordinator, {
      ...situation,
      promptTokens,
      maxOutputTokens: undefined,
      hasTools: false,
    });
    bound = inTurn(bound, written);
    promptTokens += written.replyTokens + repairTokens;
  }
  return bound;
}
