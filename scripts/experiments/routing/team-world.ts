import { call, user } from '@tako/core';
import { trinityRoles, type RoleRouter, type TeamState, type TeamTurn } from '@tako/orchestrators/trinity';
import { seededRandom } from '@tako/testing';

/** Agents whose skill in each role is known. */
export interface TeamWorld {
  readonly agents: readonly string[];
  /** How likely an agent answers a question of each kind right without a plan: `work[agent][kind]`. */
  readonly work: readonly (readonly number[])[];
  /** By how much a plan of each agent raises the log-odds of an answer. */
  readonly plan: readonly number[];
  /** How much of that counts for a question of each kind. */
  readonly planCounts: readonly number[];
  /** How likely each agent accepts a right answer, and a wrong one. */
  readonly acceptsRight: readonly number[];
  readonly acceptsWrong: readonly number[];
  /** Words of each kind; the last list is of words that all use. */
  readonly words: readonly (readonly string[])[];
  readonly maxTurns: number;
}

/** A turn, by numbers. */
export interface Move {
  readonly role: 'thinker' | 'worker' | 'verifier';
  readonly agent: number;
}

/** What is known of a run: by how likely it is right, the answer that there is. */
export interface Standing {
  readonly turn: number;
  readonly planner: number | undefined;
  readonly author: number | undefined;
  readonly belief: number;
}

const beginning: Standing = { turn: 0, planner: undefined, author: undefined, belief: 0 };

const agentCount = 3;
const kindCount = 3;

/** A team with random skills: everybody has a kind of question, somebody plans well, somebody judges well. */
export function teamWorld(random: () => number): TeamWorld {
  const between = (low: number, high: number): number => low + (high - low) * random();
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
  const shift = Math.floor(random() * kindCount);
  const planner = Math.floor(random() * agentCount);
  const judge = Math.floor(random() * agentCount);
  const letters = (): string => String.fromCharCode(97 + Math.floor(random() * 26));
  const word = (): string => numbers(6).map(letters).join('');
  return {
    agents: numbers(agentCount).map((agent) => `agent-${agent}`),
    work: numbers(agentCount).map((agent) =>
      numbers(kindCount).map((kind) => ((agent + shift) % kindCount === kind ? between(0.5, 0.75) : between(0.2, 0.5))),
    ),
    plan: numbers(agentCount).map((agent) => (agent === planner ? between(1, 1.8) : between(0, 0.6))),
    planCounts: [between(0, 0.2), between(0.4, 0.8), 1],
    acceptsRight: numbers(agentCount).map((agent) => (agent === judge ? between(0.85, 0.97) : between(0.6, 0.85))),
    acceptsWrong: numbers(agentCount).map((agent) => (agent === judge ? between(0.03, 0.12) : between(0.15, 0.45))),
    words: numbers(kindCount + 1).map((list) => numbers(list === kindCount ? 30 : 10).map(word)),
    maxTurns: 5,
  };
}

/** A question, the same for the same number. */
export function questionAt({ words }: TeamWorld, episode: number): { readonly kind: number; readonly text: string } {
  const random = seededRandom(episode);
  random();
  const kind = Math.floor(random() * kindCount);
  const text = Array.from({ length: 12 }, () => {
    const from = words[random() < 0.5 ? kind : kindCount] ?? [];
    return from[Math.floor(random() * from.length)] ?? '';
  }).join(' ');
  return { kind, text };
}

/** How likely an answer is right. */
export function oddsOfAnswer(world: TeamWorld, kind: number, agent: number, planner: number | undefined): number {
  const base = world.work[agent]?.[kind] ?? 0;
  const help = planner === undefined ? 0 : (world.plan[planner] ?? 0) * (world.planCounts[kind] ?? 0);
  return 1 / (1 + Math.exp(-Math.log(base / (1 - base)) - help));
}

/**
 * What a move does to what is known: where the run goes on, and what it has earned if it ended there. A verdict before there is an
 * answer changes nothing.
 */
function afterMove(
  world: TeamWorld,
  kind: number,
  standing: Standing,
  { role, agent }: Move,
): { readonly next: Standing; readonly goesOn: number; readonly earned: number } {
  const next = { ...standing, turn: standing.turn + 1 };
  if (role === 'thinker') return { next: { ...next, planner: agent }, goesOn: 1, earned: 0 };
  if (role === 'worker') {
    const belief = oddsOfAnswer(world, kind, agent, standing.planner);
    return { next: { ...next, author: agent, belief }, goesOn: 1, earned: 0 };
  }
  if (standing.author === undefined) return { next, goesOn: 1, earned: 0 };
  const { belief } = standing;
  const [right, wrong] = [world.acceptsRight[agent] ?? 0, world.acceptsWrong[agent] ?? 0];
  const goesOn = belief * (1 - right) + (1 - belief) * (1 - wrong);
  return { next: { ...next, belief: (belief * (1 - right)) / goesOn }, goesOn, earned: belief * right };
}

/** The best that any policy could earn, by dynamic programming over all that can be known of a run. */
export function optimum(world: TeamWorld, kind: number, standing: Standing = beginning): number {
  if (standing.turn === world.maxTurns) return standing.belief;
  let best = 0;
  for (const role of ['thinker', 'worker', 'verifier'] as const) {
    for (let agent = 0; agent < world.agents.length; agent++) {
      // Nobody checks itself, in a team of several; without an answer there is nothing to check.
      if (role === 'verifier' && (standing.author === undefined || standing.author === agent)) continue;
      const { next, goesOn, earned } = afterMove(world, kind, standing, { role, agent });
      best = Math.max(best, earned + goesOn * optimum(world, kind, next));
    }
  }
  return best;
}

/** What a policy earns on a question, exactly: what it does next depends on turns alone, and a run that goes on had no accept. */
export function valueOf(world: TeamWorld, kind: number, move: (standing: Standing) => Move): number {
  let standing = beginning;
  let [reach, value] = [1, 0];
  while (standing.turn < world.maxTurns) {
    const { next, goesOn, earned } = afterMove(world, kind, standing, move(standing));
    value += reach * earned;
    reach *= goesOn;
    standing = next;
  }
  return value + reach * standing.belief;
}

/** The moves of a role router on a question, as long as nobody accepts. @throws Error for a router that has to be waited for */
export function movesOf(world: TeamWorld, router: RoleRouter, text: string): Move[] {
  const context = call();
  const turns: TeamTurn[] = [];
  const moves: Move[] = [];
  while (turns.length < world.maxTurns) {
    const state: TeamState = {
      messages: [user(text)],
      turns,
      maxTurns: world.maxTurns,
      agents: world.agents,
      roles: trinityRoles,
    };
    const choice = router.choose(state, context);
    if (choice instanceof Promise || 'done' in choice) throw new Error('the router waits, or says that it is done');
    const role = choice.role as Move['role']; // the roles of the state are these three
    moves.push({ role, agent: world.agents.indexOf(choice.agent) });
    const accepted = role === 'verifier' && turns.some((turn) => turn.role === 'worker') ? false : undefined;
    turns.push({ agent: choice.agent, role, text: 'x', accepted, failed: false });
  }
  return moves;
}

/** Plays moves by dice: 1 where the answer at the end is right. */
export function playMoves(world: TeamWorld, kind: number, moves: readonly Move[], random: () => number): number {
  let planner: number | undefined;
  let isRight: boolean | undefined;
  for (const { role, agent } of moves) {
    // As many dice for every move, so that other moves later on see the same luck.
    const [luck, mood] = [random(), random()];
    if (role === 'thinker') planner = agent;
    else if (role === 'worker') isRight = luck < oddsOfAnswer(world, kind, agent, planner);
    else if (isRight !== undefined) {
      const accepts = mood < ((isRight ? world.acceptsRight : world.acceptsWrong)[agent] ?? 0);
      if (accepts) break;
    }
  }
  return isRight === true ? 1 : 0;
}
