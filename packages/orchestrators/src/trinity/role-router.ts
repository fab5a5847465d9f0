import type { Call, Message } from '@tako/core';

import type { AsksModels } from '../asks.js';
import type { Role } from './role.js';

/** A turn that was taken. */
export interface TeamTurn {
  readonly agent: string;
  readonly role: string;
  /** What the agent said; what it had said when it failed. */
  readonly text: string;
  /** Of a verdict: whether it accepted the answer. */
  readonly accepted?: boolean | undefined;
  /** Whether the agent failed. */
  readonly failed: boolean;
  /** The role that a planner wants to go on. */
  readonly suggestedRole?: string | undefined;
}

/** What a role router knows when it chooses. */
export interface TeamState {
  /** The conversation that asked. */
  readonly messages: readonly Message[];
  readonly turns: readonly TeamTurn[];
  readonly maxTurns: number;
  /** By name, in the order they were given. */
  readonly agents: readonly string[];
  readonly roles: Readonly<Record<string, Role>>;
}

/** Who goes on, in which role; or that the team is done. */
export type RoleChoice =
  | {
      readonly agent: string;
      readonly role: string;
      /** Why, in one sentence for people. */
      readonly reason: string;
      /** 0 to 1. */
      readonly confidence?: number | undefined;
    }
  | { readonly done: true; readonly reason: string };

/** Picks agent and role of each turn from what was said. */
export interface RoleRouter {
  /** @throws TakoError; `cancelled` when the signal aborts. */
  choose(state: TeamState, call: Call): RoleChoice | Promise<RoleChoice>;
}

/** Options of `turnStateRouter`. */
export interface TurnStateRouterOptions {
  /** How good each agent is in each role, 0 to 1: `{ worker: { gpt: 0.8, claude: 0.7 } }`. @defaultValue all alike */
  readonly skills?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  /** Whether the team plans before its first answer. @defaultValue true */
  readonly plansFirst?: boolean | undefined;
}

/**
 * A router that goes by the state of the work: no plan, so plan; no answer, so answer; an answer that nobody has checked, so
 * check; an answer that was refused, so answer anew. The last turn is never spent on a plan, nor on a first answer's
 * check that could not be heeded any more, as long as there is none. Agents are taken by their skill in the role, and in
 * turn where skills are alike.
 */
export function turnStateRouter(options: TurnStateRouterOptions = {}): RoleRouter & AsksModels {
  const { skills = {}, plansFirst = true } = options;
  return {
    asks: [],
    choose(state) {
      const { role, reason } = nextRole(state, plansFirst);
      return { role, reason, agent: bestAgent(state, role, skills[role] ?? {}) };
    },
  };
}

function nextRole({ turns, maxTurns, roles }: TeamState, plansFirst: boolean): { role: string; reason: string } {
  const named = (purpose: Role['purpose']): string | undefined =>
    Object.entries(roles).find(([, role]) => role.purpose === purpose)?.[0];
  const done = turns.filter(({ failed }) => !failed);
  const last = done.at(-1);
  const lastPurpose = last === undefined ? undefined : roles[last.role]?.purpose;
  const answers = named('answer') ?? Object.keys(roles)[0] ?? '';
  const left = maxTurns - turns.length;
  const planner = named('plan');
  const verifier = named('verdict');

  if (lastPurpose === 'answer' && verifier !== undefined)
    return { role: verifier, reason: 'nobody has checked the answer' };
  if (lastPurpose === undefined && plansFirst && planner !== undefined && left > 1) {
    return { role: planner, reason: 'there is no plan' };
  }
  return { role: answers, reason: lastPurpose === 'verdict' ? 'the answer was refused' : 'there is no answer' };
}

function bestAgent({ agents, roles, turns }: TeamState, role: string, skill: Readonly<Record<string, number>>): string {
  const able = roles[role]?.agents ?? agents;
  // After a failure or a refusal another one of the same skill has its turn.
  const taken = (name: string): number => turns.filter((turn) => turn.agent === name && turn.role === role).length;
  const ranked = able.toSorted((one, other) => (skill[other] ?? 0) - (skill[one] ?? 0) || taken(one) - taken(other));
  return ranked[0] ?? '';
}
