import { customProvider, providerError, textOf, type ChatRequest, type Provider } from '@tako/core';
import { Trinity, type Role, type RoleRouter, type TeamState } from '@tako/orchestrators/trinity';

import { afterRefusal, oddsOf, type BestTeam, type TeamBelief, type TeamWorld } from './team-world.ts';

/** Roles that the simulated agents tell apart by their prompts. */
const roles = {
  thinker: { purpose: 'plan', prompt: 'ROLE thinker' },
  worker: { purpose: 'answer', prompt: 'ROLE worker' },
  verifier: { purpose: 'verdict', prompt: 'ROLE verifier' },
} as const satisfies Record<string, Role>;

const roleNames = ['thinker', 'worker', 'verifier'] as const;

/** What a run of the team came to. */
export interface PlayedTeam {
  readonly isRight: boolean;
  readonly calls: number;
  /** It ended with an ACCEPT that came before any answer. */
  readonly isBlindAccept: boolean;
}

/** Random numbers for one problem: the nth turn of an agent in a role has the same ones under every router. */
export type TeamDraws = (role: number, agent: number, nth: number, of: number) => number;

export function teamDraws(agents: number, maxTurns: number, random: () => number): TeamDraws {
  const drawn = Float64Array.from({ length: 3 * agents * (maxTurns + 1) * 2 }, random);
  return (role, agent, nth, of) => drawn[((role * agents + agent) * (maxTurns + 1) + nth) * 2 + of] ?? 0;
}

/** The real `Trinity`, over agents whose skills are known. */
export async function playTeam(world: TeamWorld, router: RoleRouter, draws: TeamDraws): Promise<PlayedTeam> {
  let calls = 0;
  let answers = 0;
  const agents = Object.fromEntries(
    world.agents.map((_, at) => [nameOf(at), agentOf(world, at, draws, () => calls++)] as const),
  );
  const team = new Trinity({ agents, roles, router, maxTurns: world.maxTurns });
  let isBlindAccept = false;
  try {
    for await (const event of team.stream('Q')) {
      if (event.type === 'branch_end' && event.error === undefined && event.text.startsWith('ANSWER')) answers++;
      if (event.type !== 'finish') continue;
      const { text, stopReason } = event.result;
      isBlindAccept = stopReason === 'final' && answers === 0;
      return { isRight: text.includes(' right '), calls, isBlindAccept };
    }
  } catch {
    // A team that never came to an answer has not solved the problem.
  }
  return { isRight: false, calls, isBlindAccept };
}

/** An agent by its number. */
export function nameOf(agent: number): string {
  return `agent${agent}`;
}

function agentOf({ agents, failure }: TeamWorld, agent: number, draws: TeamDraws, onCall: () => void): Provider {
  const skills = agents[agent];
  if (skills === undefined) throw new Error(`there is no agent ${agent}`);
  const turns = [0, 0, 0];
  const chat = ({ messages }: ChatRequest): string => {
    onCall();
    const shown = messages.map((message) => textOf(message)).join('\n');
    const role = roleNames.findIndex((name) => shown.includes(`ROLE ${name}`));
    const nth = turns[role] ?? 0;
    turns[role] = nth + 1;
    if (draws(role, agent, nth, 0) < failure) throw providerError('overloaded', 'simulated failure');
    const drawn = draws(role, agent, nth, 1);
    switch (roleNames[role]) {
      case 'thinker':
        return `PLAN ${skills.plan}`;
      case 'worker': {
        const lift = Math.max(0, ...Array.from(shown.matchAll(/PLAN ([\d.]+)/g), ([, plan]) => Number(plan)));
        return `ANSWER ${drawn < oddsOf(skills, lift) ? 'right' : 'wrong'} by ${nameOf(agent)}`;
      }
      case 'verifier': {
        const last = [...shown.matchAll(/ANSWER (right|wrong)/g)].at(-1)?.[1];
        // Where there is nothing to check it is as easily content as with a wrong answer, or more so.
        const chance = last === 'right' ? skills.acceptsRight : last === 'wrong' ? skills.acceptsWrong : 0.5;
        return `VERDICT: ${drawn < chance ? 'ACCEPT' : 'REVISE'}`;
      }
      default:
        throw new Error('a prompt without a role');
    }
  };
  return customProvider({ id: `simulated:${nameOf(agent)}`, chat });
}

/** Thinker, worker, verifier, and again from the start, whatever comes of it; the best agent for each. */
export function fixedOrder(best: Readonly<Record<(typeof roleNames)[number], number>>): RoleRouter {
  return {
    choose: ({ turns }) => {
      const role = roleNames[turns.length % 3] ?? 'worker';
      return { role, agent: nameOf(best[role]), reason: 'it is its turn in the order' };
    },
  };
}

/** The same order, with an agent drawn for each turn. */
export function anyInOrder(random: () => number): RoleRouter {
  return {
    choose: ({ turns, agents }) => ({
      role: roleNames[turns.length % 3] ?? 'worker',
      agent: agents[Math.floor(random() * agents.length)] ?? '',
      reason: 'the role is in order, the agent drawn',
    }),
  };
}

/** The same role and agent on every turn, so many times. */
export function always(agent: number, times: number): RoleRouter {
  return {
    choose: ({ turns }) =>
      turns.length < times
        ? { role: 'worker', agent: nameOf(agent), reason: 'always' }
        : { done: true, reason: 'that was all' },
  };
}

/** Any role, any agent. */
export function atRandom(random: () => number): RoleRouter {
  return {
    choose: ({ agents }) => ({
      role: roleNames[Math.floor(random() * 3)] ?? 'worker',
      agent: agents[Math.floor(random() * agents.length)] ?? '',
      reason: 'drawn',
    }),
  };
}

/** The moves of the best policy there is. It knows all skills, and what nobody knows in practice: their exact figures. */
export function bestMoves(world: TeamWorld, best: BestTeam): RoleRouter {
  return {
    choose: (state) => {
      const { move } = best.at(beliefAfter(world, state));
      if (move === undefined) return { done: true, reason: 'nothing makes it better' };
      return { role: move.role, agent: nameOf(move.agent), reason: 'the best move' };
    },
  };
}

function beliefAfter({ agents, maxTurns }: TeamWorld, { turns }: TeamState): TeamBelief {
  let belief: TeamBelief = { turnsLeft: maxTurns - turns.length, lift: 0, answer: undefined, author: undefined };
  for (const turn of turns) {
    const agent = agents.findIndex((_, at) => nameOf(at) === turn.agent);
    const skills = agents[agent];
    if (turn.failed || skills === undefined) continue;
    if (turn.role === 'thinker') belief = { ...belief, lift: Math.max(belief.lift, skills.plan) };
    else if (turn.role === 'worker') belief = { ...belief, answer: oddsOf(skills, belief.lift), author: agent };
    else if (belief.answer !== undefined) belief = { ...belief, answer: afterRefusal(belief.answer, skills) };
  }
  return belief;
}
