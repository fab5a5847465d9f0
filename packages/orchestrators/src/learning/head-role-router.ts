import { invalidOptions } from '@tako/core';

import { questionOf } from '../routers/question.js';
import type { RoleRouter, TeamState } from '../trinity/role-router.js';
import { encoded, hashedNgrams, versionOf, type Encoder } from './encoder.js';
import { checkFeatures, checkWidth } from './head-router.js';
import { checkSamePool, logitOf, readWeights, softmax, type HeadWeights } from './head-weights.js';
import { purposeOf, turnFeatures, turnFeatureVersion } from './turn-features.js';

/** What `headRoleRouter` takes. */
export interface HeadRoleRouterOptions {
  /** What `trainHead` gave for agents and roles, or the JSON it was saved as. */
  readonly weights: HeadWeights;
  /** Names of the agents that the head has to have been trained for, in their order. @defaultValue not checked until a turn */
  readonly agents?: readonly string[] | undefined;
  /** Names of the roles, likewise. @defaultValue not checked until a turn */
  readonly roles?: readonly string[] | undefined;
  /** The one that it was trained with. @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
}

/**
 * TRINITY's learned router: a trained head over the question and the state of the work chooses role and agent of each turn,
 * the role among those that make sense: nobody checks before there is an answer, and the last turn is never a plan.
 *
 * @throws `invalid` for weights that were changed, without roles, of another team or another encoder. `choose` throws
 *   `invalid` for agents or roles that are not those of the weights.
 * @see https://arxiv.org/abs/2512.04695 (read 2026-11-23)
 */
export function headRoleRouter(options: HeadRoleRouterOptions): RoleRouter {
  const where = 'headRoleRouter';
  const { encoder = hashedNgrams() } = options;
  const weights = readWeights(options.weights, where);
  if (weights.roles.length === 0) throw invalidOptions(where, 'the weights choose no roles: use headRouter');
  if (options.agents !== undefined) checkSamePool(weights.pool, options.agents, where);
  if (options.roles !== undefined) checkSamePool(weights.roles, options.roles, where);
  checkFeatures(weights, roleFeatureVersion(encoder), where);

  return {
    choose(state) {
      checkSamePool(weights.pool, state.agents, where);
      checkSamePool(weights.roles, Object.keys(state.roles), where);
      const features = roleFeatures(encoder, state);
      checkWidth(weights, features, where);
      const role = highest(sensibleRoles(state), (name) =>
        logitOf(weights, weights.pool.length + weights.roles.indexOf(name), features),
      );
      // The same numbers, but for the role that was chosen.
      const chosen = features.length - weights.roles.length + weights.roles.indexOf(role.name);
      features[chosen] = 1;
      const able = (state.roles[role.name]?.agents ?? state.agents).filter((name) => mayPlay(state, role.name, name));
      const agent = highest(able, (name) => logitOf(weights, weights.pool.indexOf(name), features));
      const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
      const reason = `the head gives the role ${percent(role.share)} and the agent ${percent(agent.share)}`;
      return { role: role.name, agent: agent.name, reason, confidence: role.share * agent.share };
    },
  };
}

/** What names the numbers of a turn. */
export function roleFeatureVersion(encoder: Encoder): string {
  return `${versionOf(encoder)}+${turnFeatureVersion}`;
}

/**
 * The numbers of a turn: those of the question, of the state of the work, and one for each role, which is 1 when it has been chosen
 * and the agent is chosen for it.
 */
function roleFeatures(encoder: Encoder, state: TeamState): number[] {
  const question = encoded(encoder, questionOf({ messages: state.messages }), 'headRoleRouter');
  return [...question, ...turnFeatures(state), ...Object.keys(state.roles).map(() => 0)];
}

/** Roles that could still do some good; all, where none could. */
function sensibleRoles({ turns, maxTurns, roles }: TeamState): readonly string[] {
  const hasAnswer = turns.some(({ failed, role }) => !failed && purposeOf(roles, role) === 'answer');
  const isLast = maxTurns - turns.length <= 1;
  const names = Object.keys(roles);
  const left = names.filter((name) => {
    const purpose = purposeOf(roles, name);
    if (purpose === 'plan') return !isLast;
    return purpose === 'answer' || hasAnswer;
  });
  return left.length > 0 ? left : names;
}

/** A verdict on an answer is not its author's, where another may give it. */
function mayPlay({ turns, roles, agents }: TeamState, role: string, agent: string): boolean {
  if (purposeOf(roles, role) !== 'verdict') return true;
  const author = turns.findLast((turn) => !turn.failed && purposeOf(roles, turn.role) === 'answer')?.agent;
  return agent !== author || !(roles[role]?.agents ?? agents).some((name) => name !== author);
}

interface Share {
  readonly name: string;
  readonly share: number;
}

function highest(names: readonly string[], of: (name: string) => number): Share {
  const logits = names.map(of);
  const at = logits.indexOf(Math.max(...logits));
  return { name: names[at] ?? '', share: softmax(logits)[at] ?? 0 };
}
